// Every system of the material as a scene to begin with.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../api/client';
import type { Scene } from '../api/types';
import { language, t, tOr } from '../i18n';
import { beginScene, fail } from '../state/store';

const kSmall = ['ann-3-2-1', 'autoencoder-3-2-1-2-3', 'xor', 'cnn-single', 'cnn-batch', 'xor-bias-column'];

export function Gallery() {
  const [scenes, setScenes] = useState<Scene[]>([]);
  const [busy, setBusy] = useState('');
  useEffect(() => {
    api.scenes().then((answer) => setScenes(answer.scenes), fail);
  }, []);
  void language.value;
  const begin = async (name: string) => {
    setBusy(name);
    await beginScene(name);
    setBusy('');
  };
  const card = (scene: Scene) => (
    <li key={scene.name}>
      <button type="button" class="card" disabled={busy !== ''} aria-busy={busy === scene.name} onClick={() => void begin(scene.name)}>
        <Thumbnail name={scene.name} />
        <span class="text">
          <strong>{tOr(`scene.${scene.name}`, scene.name)}</strong>
          <span>{tOr(`scene.${scene.name}.about`, scene.about)}</span>
        </span>
      </button>
    </li>
  );
  const small = kSmall.flatMap((name) => scenes.filter((s) => s.name === name));
  const large = scenes.filter((s) => !kSmall.includes(s.name));
  return (
    <div class="gallery">
      <h1>{t('gallery.title')}</h1>
      <p class="lead">{t('gallery.lead')}</p>
      <h2>{t('gallery.small')}</h2>
      <ul class="cards">{small.map(card)}</ul>
      <h2>{t('gallery.large')}</h2>
      <p class="muted">{t('gallery.needs')}</p>
      <ul class="cards">{large.map(card)}</ul>
    </div>
  );
}

// A little drawing of the network's shape: columns of nodes.
const kShapes: Record<string, number[]> = {
  'ann-3-2-1': [3, 2, 1],
  'autoencoder-3-2-1-2-3': [3, 2, 1, 2, 3],
  xor: [2, 2, 1],
  'xor-bias-column': [3, 3, 1],
  'cnn-single': [5, 3, 1],
  'cnn-batch': [5, 3, 1],
  iris: [4, 5, 3],
  penguins: [4, 5, 3],
  'auto-mpg': [5, 4, 1],
};
const kColours = ['#e8604f', '#3f8ff5', '#3aa76d', '#8f62d9', '#f0972a'];

function Thumbnail({ name }: { name: string }) {
  const shape = kShapes[name] ?? (name.includes('autoencoder') ? [5, 3, 2, 3, 5] : name.includes('cnn') || name.includes('lenet') ? [5, 4, 3, 3] : [5, 4, 3]);
  const isConvolution = name.startsWith('cnn');
  const at = (layer: number, i: number) => {
    const n = shape[layer]!;
    return { x: 14 + (layer * 152) / (shape.length - 1), y: 50 + (i - (n - 1) / 2) * (n > 3 ? 18 : 24) };
  };
  return (
    <svg class="thumb" viewBox="0 0 180 100" aria-hidden="true">
      {shape.slice(1).flatMap((n, k) =>
        Array.from({ length: n }, (_, j) =>
          Array.from({ length: shape[k]! }, (_, i) => {
            if (isConvolution && k === 0 && (i < j || i > j + 2)) return null;
            const a = at(k, i);
            const b = at(k + 1, j);
            const colour = k === shape.length - 2 ? 4 : j % 4;
            return <line key={`${k} ${i} ${j}`} x1={a.x} y1={a.y} x2={b.x} y2={b.y} stroke={kColours[colour]} stroke-width="1.4" opacity="0.8" />;
          }),
        ),
      )}
      {shape.flatMap((n, k) =>
        Array.from({ length: n }, (_, i) => {
          const { x, y } = at(k, i);
          return <circle key={`${k} ${i}`} cx={x} cy={y} r="6" />;
        }),
      )}
    </svg>
  );
}
