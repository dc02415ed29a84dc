// A search to begin: an experiment with a section [search], from an example or one's own.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { Scene } from '../../api/types';
import { t, tOr } from '../../i18n';
import { beginSearch } from '../../state/searches';
import { fail } from '../../state/store';

export function NewSearch({ isOpen }: { isOpen: boolean }) {
  const [scenes, setScenes] = useState<Scene[]>([]);
  const [name, setName] = useState('');
  const [toml, setToml] = useState('');
  const [refusal, setRefusal] = useState('');
  const take = (scene: Scene | undefined) => {
    setName(scene?.name ?? '');
    setToml(scene?.toml ?? '');
    setRefusal('');
  };
  useEffect(() => {
    api.scenes().then(({ scenes: all }) => {
      const found = all.filter((s) => s.is_search).reverse();
      setScenes(found);
      take(found[0]);
    }, fail);
  }, []);
  const begin = async () => {
    try {
      await beginSearch({ toml, name: scenes.some((s) => s.name === name && s.toml === toml) ? name : 'search' });
      setRefusal('');
    } catch (error) {
      setRefusal((error as Error).message);
    }
  };
  return (
    <details class="new" open={isOpen}>
      <summary>{t('search.new')}</summary>
      <p class="muted">{t('search.new.about')}</p>
      <div class="does">
        <label>
          {t('search.from')}{' '}
          <select value={name} onChange={(event) => take(scenes.find((s) => s.name === event.currentTarget.value))}>
            {scenes.map((s) => <option key={s.name} value={s.name}>{tOr(`scene.${s.name}`, s.name)}</option>)}
          </select>
        </label>
        <button type="button" class="primary" onClick={() => void begin()}>{t('search.begin')}</button>
      </div>
      {refusal && <p class="notice bad" role="alert">{refusal}</p>}
      <textarea aria-label={t('search.text')} spellcheck={false} rows={16} value={toml} onInput={(event) => setToml(event.currentTarget.value)} />
    </details>
  );
}
