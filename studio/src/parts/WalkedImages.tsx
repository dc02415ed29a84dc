// The image with the window on it, the kernel, and what comes out; the window is moved by pointer or arrow keys.
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import type { Convolved } from '../api/labs';
import { around } from '../draw/scale';
import { numberLabel } from '../draw/number';
import { t } from '../i18n';
import { at, dimensions, image, isPooling, setCell, walk } from '../state/window';
import { PixelGrid } from './PixelGrid';
import { Plot } from './Plot';
import { Marked } from './TimeBar';

const kWindow = '#f08a1d';

export function WalkedImages({ found, isDrawing, children }: { found: Convolved; isDrawing: boolean; children: ComponentChildren }) {
  const pen = useRef(1);
  const { output, window: view, rows, cols } = found;
  const source = image.value;
  const margin: [number, number, number, number] = [rows.before, cols.before, rows.after, cols.after];
  const low = Math.min(0, ...source.values);
  const high = Math.max(1, ...source.values);
  const hasNegative = found.least < 0;
  const draw = (row: number, col: number, isFirst: boolean) => {
    if (isFirst) pen.current = source.values[row * source.cols + col]! > (low + high) / 2 ? low : high;
    setCell(image, row, col, pen.current);
  };
  // The window whose middle is nearest.
  const stand = (row: number, col: number) => {
    const nearest = (axis: typeof rows, place: number) => Math.max(0, Math.min(axis.out - 1, Math.round((place + axis.before - (axis.extent - 1) / 2) / axis.stride)));
    at.value = [nearest(rows, row), nearest(cols, col)];
  };
  const onKey = (event: KeyboardEvent) => {
    const by: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -output.cols, ArrowDown: output.cols };
    const step = by[event.key];
    if (step === undefined) {
      if (!isDrawing || event.key !== ' ') return;
      const middle = view.taps[Math.floor(view.taps.length / 2)]?.source;
      if (middle) draw(middle[0], middle[1], true);
    } else walk(step);
    event.preventDefault();
  };
  const marks = view.taps.map((tap) => ({ row: tap.row, col: tap.col, colour: kWindow, isDashed: !tap.source }));
  const sources = view.taps.flatMap((tap) => (tap.source && (tap.source[0] !== tap.row || tap.source[1] !== tap.col) ? [{ row: tap.source[0], col: tap.source[1], colour: '#9a63dd', isDashed: true }] : []));
  const isSignal = dimensions.value === 1;
  const most = isSignal ? 620 : 380;
  return (
    <div class={`walked ${isSignal ? 'signal' : ''}`}>
      <figure>
        <figcaption>{t('conv.input', { rows: source.rows, cols: source.cols })}</figcaption>
        <PixelGrid {...source} scheme="grey" low={low} high={high} margin={margin} marks={[...marks, ...sources]} label={t('conv.inputSpoken', { row: view.at[0] + 1, col: view.at[1] + 1 })} onPoint={isDrawing ? draw : (r, c) => stand(r, c)} onKey={onKey} most={most} />
        {isDrawing && <p class="muted">{t('conv.drawing')}</p>}
      </figure>
      {children && <div>{children}</div>}
      <figure>
        <figcaption>{t('conv.output', { rows: output.rows, cols: output.cols })}</figcaption>
        <PixelGrid {...output} scheme={hasNegative || !isPooling.value ? (hasNegative ? 'diverging' : 'grey') : 'grey'} low={hasNegative ? found.least : Math.min(0, found.least)} high={hasNegative ? found.largest : Math.max(found.largest, 1e-9)} marks={[{ row: view.at[0], col: view.at[1], colour: kWindow }]} label={t('conv.outputSpoken', { value: numberLabel(view.value) })} onPoint={(r, c) => (at.value = [r, c])} onKey={onKey} most={most} />
        <p class="muted">
          {t('conv.meanBefore')} <Marked text={numberLabel(found.mean_before)} />, {t('conv.meanAfter')} <Marked text={numberLabel(Math.abs(found.mean_after) < 1e-12 * Math.max(-found.least, found.largest) ? 0 : found.mean_after)} />
        </p>
      </figure>
      {isSignal && (
        <Plot
          label={t('conv.curve')}
          x={[0, source.cols + 1]}
          y={around([...source.values, ...output.values, 0])}
          height={240}
          lines={[
            { name: 'x', x: source.values.map((_, i) => i + 1), y: source.values, colour: 'var(--muted)', width: 2 },
            { name: 'y', x: output.values.map((_, i) => i * cols.stride - cols.before + (cols.extent - 1) / 2 + 1), y: output.values, colour: kWindow, width: 3 },
          ]}
          bands={[{ from: view.at[1] * cols.stride - cols.before + 0.5, to: view.at[1] * cols.stride - cols.before + cols.extent + 0.5, colour: kWindow }]}
          points={[{ x: view.at[1] * cols.stride - cols.before + (cols.extent - 1) / 2 + 1, y: view.value, colour: kWindow, radius: 6 }]}
        />
      )}
    </div>
  );
}
