// Numbers as cells of a grid: bright or dark, or red and blue around 0, with marks on some of them.
import { useEffect, useRef } from 'preact/hooks';
import { diverging, grey } from '../draw/colours';
import { numberLabel } from '../draw/number';
import { isDark } from '../state/theme';
import { MarkedText } from './MarkedText';

export interface Mark {
  row: number;
  col: number;
  colour: string;
  isDashed?: boolean;
}

interface Props {
  rows: number;
  cols: number;
  values: number[];
  label: string;
  scheme: 'grey' | 'diverging';
  low: number;
  high: number;
  margin?: [top: number, left: number, bottom: number, right: number]; // empty cells around it, of a padding
  marks?: Mark[];
  box?: { row: number; col: number; rows: number; cols: number } | undefined;
  onPoint?: (row: number, col: number, isFirst: boolean) => void;
  onKey?: (event: KeyboardEvent) => void;
  most?: number; // pixels of the longer side
}

export function PixelGrid(props: Props) {
  const { rows, cols, values, scheme, low, high, margin = [0, 0, 0, 0], marks = [], box, onPoint, onKey, most = 380 } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const [top, left, bottom, right] = margin;
  const all = { rows: rows + top + bottom, cols: cols + left + right };
  const cell = Math.min(56, most / Math.max(all.rows, all.cols));
  const size = { width: all.cols * cell, height: all.rows * cell };
  const dark = isDark.value;
  const widest = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const share = (v: number) => (scheme === 'grey' ? (v - low) / (high - low || 1) : v / widest);
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    const picture = context.createImageData(cols, rows);
    values.forEach((v, i) => {
      const colour = scheme === 'grey' ? grey(share(v)) : diverging(share(v), dark);
      picture.data.set([...colour, 255], 4 * i);
    });
    context.putImageData(picture, 0, 0);
  }, [values, rows, cols, scheme, low, high, dark]);
  const point = (event: PointerEvent, isFirst: boolean) => {
    const area = place.current!.getBoundingClientRect();
    const col = Math.floor(((event.clientX - area.left) / area.width) * all.cols) - left;
    const row = Math.floor(((event.clientY - area.top) / area.height) * all.rows) - top;
    if (row >= 0 && col >= 0 && row < rows && col < cols) onPoint?.(row, col, isFirst);
  };
  const hasNumbers = cell >= 30;
  const inset = (row: number, col: number) => ({ x: (col + left) * cell, y: (row + top) * cell });
  return (
    <div
      ref={place}
      class={`pixels ${onPoint ? 'points' : ''}`}
      style={{ width: `${size.width}px`, aspectRatio: `${all.cols} / ${all.rows}` }}
      role="img"
      aria-label={props.label}
      tabIndex={onKey ? 0 : undefined}
      onKeyDown={onKey}
      onPointerDown={onPoint ? (e) => (place.current!.setPointerCapture(e.pointerId), point(e, true)) : undefined}
      onPointerMove={onPoint ? (e) => e.buttons > 0 && point(e, false) : undefined}
    >
      <canvas
        ref={canvas}
        width={cols}
        height={rows}
        style={{ left: `${(100 * left) / all.cols}%`, top: `${(100 * top) / all.rows}%`, width: `${(100 * cols) / all.cols}%`, height: `${(100 * rows) / all.rows}%` }}
      />
      <svg viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true">
        {cell >= 11 && (
          <path
            class="lines"
            d={Array.from({ length: all.cols + 1 }, (_, c) => `M${c * cell} 0V${size.height}`).join('') + Array.from({ length: all.rows + 1 }, (_, r) => `M0 ${r * cell}H${size.width}`).join('')}
          />
        )}
        {hasNumbers &&
          values.map((v, i) => {
            const { x, y } = inset(Math.floor(i / cols), i % cols);
            const isBright = scheme === 'grey' ? share(v) > 0.55 : dark ? false : Math.abs(share(v)) < 0.6;
            return <MarkedText key={i} text={numberLabel(v, 2)} x={x + cell / 2} y={y + cell / 2 + 4} size={cell >= 44 ? 13 : 11} fill={isBright ? '#15171c' : '#fff'} />;
          })}
        {marks.map((m, i) => {
          const { x, y } = inset(m.row, m.col);
          return <rect key={i} x={x + 1} y={y + 1} width={Math.max(cell - 2, 1)} height={Math.max(cell - 2, 1)} fill={m.colour} fill-opacity="0.28" stroke={m.colour} stroke-width={cell > 12 ? 1.8 : 1} stroke-dasharray={m.isDashed ? '3 2' : undefined} />;
        })}
        {box && <rect class="box" {...inset(box.row, box.col)} width={box.cols * cell} height={box.rows * cell} />}
      </svg>
    </div>
  );
}
