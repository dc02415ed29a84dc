// What the decoder makes of every place of the plane of codes: a sheet of pictures.
import { effect, signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { labs } from '../api/labs';
import { latest } from '../api/latest';
import { grey } from '../draw/colours';
import { t } from '../i18n';
import { axes, codes, decoded, setPoint } from '../state/codes';
import { fail, runId, step } from '../state/store';

const kCells = 16;
const kOutside = 0.05; // of the samples, at each end

interface Sheet {
  x: [number, number];
  y: [number, number];
  numbers: Float32Array;
}
const sheet = signal<Sheet | null>(null);

const ask = latest(
  (key: { run: string; x: [number, number]; y: [number, number]; body: Record<string, unknown> }) => labs.sheet(key.run, { ...key.body, x: key.x, y: key.y, cells: kCells }),
  (numbers, { x, y }) => {
    sheet.value = { x, y, numbers };
  },
  fail,
);

// Between which numbers most samples lie.
function rangeOf(which: number): [number, number] {
  const sorted = codes.value!.points.map((p) => p.code[which]!).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  const [low, high] = [at(kOutside), at(1 - kOutside)];
  return high > low ? [low, high] : [low - 1, high + 1];
}

export function LatentSheet() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const shape = codes.value!.shape!;
  const [, rows, cols] = shape;
  useEffect(
    () =>
      effect(() => {
        const found = codes.value;
        if (!found) return;
        const latent = found.code.map((c) => c.mean);
        ask({ run: runId.value, x: rangeOf(axes.value[0]), y: rangeOf(axes.value[1]), body: { step: step.value, axes: axes.value, latent } });
      }),
    [],
  );
  const shown = sheet.value;
  useEffect(() => {
    if (!shown || shown.numbers.length !== kCells * kCells * shape[0] * rows * cols) return;
    const context = canvas.current!.getContext('2d')!;
    const picture = context.createImageData(kCells * cols, kCells * rows);
    const size = shape[0] * rows * cols;
    for (let cell = 0; cell < kCells * kCells; ++cell)
      for (let i = 0; i < rows * cols; ++i) {
        const of = (channel: number) => grey(shown.numbers[cell * size + channel * rows * cols + i]!)[0];
        const y = Math.floor(cell / kCells) * rows + Math.floor(i / cols);
        const x = (cell % kCells) * cols + (i % cols);
        picture.data.set(shape[0] === 3 ? [of(0), of(1), of(2), 255] : [of(0), of(0), of(0), 255], 4 * (y * kCells * cols + x));
      }
    context.putImageData(picture, 0, 0);
  }, [shown, shape[0], rows, cols]);
  const stand = (event: PointerEvent) => {
    if (!shown || (event.type === 'pointermove' && event.buttons === 0)) return;
    const box = canvas.current!.getBoundingClientRect();
    const along = (range: [number, number], share: number) => range[0] + (range[1] - range[0]) * Math.max(0, Math.min(1, share));
    setPoint(along(shown.x, (event.clientX - box.left) / box.width), along(shown.y, 1 - (event.clientY - box.top) / box.height));
  };
  const at = decoded.value?.latent;
  const share = (range: [number, number], v: number) => (v - range[0]) / (range[1] - range[0]);
  const mark = shown && at ? { x: share(shown.x, at[axes.value[0]]!), y: 1 - share(shown.y, at[axes.value[1]]!) } : null;
  const isInside = mark && mark.x >= 0 && mark.x <= 1 && mark.y >= 0 && mark.y <= 1;
  return (
    <section class="panel">
      <h2>{t('code.sheet')}</h2>
      <p class="muted">{t('code.sheetAbout')}</p>
      <div class="code-sheet" role="img" aria-label={t('code.sheet')} onPointerDown={stand} onPointerMove={stand}>
        <canvas ref={canvas} width={kCells * cols} height={kCells * rows} />
        {isInside && <i style={{ left: `${100 * mark.x}%`, top: `${100 * mark.y}%` }} aria-hidden="true" />}
      </div>
    </section>
  );
}
