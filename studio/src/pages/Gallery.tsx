// Every system of the material as a scene to begin with.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../api/client';
import type { Scene } from '../api/types';
import { t, tOr, type Word } from '../i18n';
import { Thumbnail } from '../parts/Thumbnail';
import { kGroups, type Page } from '../state/pages';
import { beginSearch } from '../state/searches';
import { beginScene, fail, page } from '../state/store';

const kShelves: { name: string; scenes: string[]; page?: Page }[] = [
  { name: 'small', scenes: ['ann-3-2-1', 'autoencoder-3-2-1-2-3', 'cnn-single', 'cnn-batch'] },
  { name: 'lines', scenes: ['gate-and', 'xor', 'xor-bias-column', 'two-moons', 'spirals'], page: 'boundary' },
  { name: 'tables', scenes: ['iris', 'penguins', 'auto-mpg'] },
  { name: 'searches', scenes: ['search-blobs', 'fashion-search'] },
  { name: 'pictures', scenes: [] }, // and all that the others do not name
];
const kOpens: Record<string, Page> = { 'mnist-plane': 'autoencoder', 'gate-and': 'boundary', 'two-moons': 'boundary', spirals: 'boundary' };

export function Gallery() {
  const [scenes, setScenes] = useState<Scene[]>([]);
  const [busy, setBusy] = useState('');
  useEffect(() => {
    api.scenes().then((answer) => setScenes(answer.scenes), fail);
  }, []);
  const begin = async (name: string) => {
    setBusy(name);
    if (scenes.find((s) => s.name === name)?.is_search) await beginSearch({ scene: name }).catch(fail);
    else await beginScene(name, { page: kOpens[name] ?? 'network' });
    setBusy('');
  };
  const named = kShelves.flatMap((shelf) => shelf.scenes);
  const on = (shelf: (typeof kShelves)[number]) =>
    shelf.scenes.length ? shelf.scenes.flatMap((name) => scenes.filter((s) => s.name === name)) : scenes.filter((s) => !named.includes(s.name));
  return (
    <div class="gallery">
      <h1>{t('gallery.title')}</h1>
      <p class="lead">{t('gallery.lead')}</p>
      {kShelves.map((shelf) => (
        <section key={shelf.name} aria-labelledby={`shelf-${shelf.name}`}>
          <h2 id={`shelf-${shelf.name}`}>{t(`gallery.${shelf.name}` as Word)}</h2>
          {['tables', 'pictures'].includes(shelf.name) && <p class="muted">{t('gallery.needs')}</p>}
          <ul class="cards">
            {on(shelf).map((scene) => (
              <Card key={scene.name} name={scene.name} title={tOr(`scene.${scene.name}`, scene.name)} about={tOr(`scene.${scene.name}.about`, scene.about)} isBusy={busy === scene.name} isOff={busy !== ''} onClick={() => void begin(scene.name)} />
            ))}
          </ul>
          {shelf.name === 'small' && <Ideas />}
        </section>
      ))}
    </div>
  );
}

// What needs no training.
function Ideas() {
  return (
    <>
      <h2>{t('gallery.ideas')}</h2>
      <ul class="cards">
        {kGroups[2].pages.map((name) => (
          <Card key={name} name={name} title={t(`page.${name}` as Word)} about={t(`gallery.${name}` as Word)} isBusy={false} isOff={false} onClick={() => (page.value = name)} />
        ))}
      </ul>
    </>
  );
}

interface CardProps {
  name: string;
  title: string;
  about: string;
  isBusy: boolean;
  isOff: boolean;
  onClick: () => void;
}

const Card = ({ name, title, about, isBusy, isOff, onClick }: CardProps) => (
  <li>
    <button type="button" class="card" disabled={isOff} aria-busy={isBusy} onClick={onClick}>
      <Thumbnail name={name} />
      <span class="text">
        <strong>{title}</strong>
        <span>{about}</span>
      </span>
    </button>
  </li>
);
