// What one unit, or the network, says on the plane: colours, the line where it decides, and the samples.
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { BoundaryPlane, BoundaryUnit } from '../api/labs';
import { classColour, diverging, shaded } from '../draw/colours';
import { contour, type Segment } from '../draw/contour';
import { numberLabel } from '../draw/number';
import { place, ticks } from '../draw/scale';
import { gridOf, grids, kCells } from '../state/plane';
import { isDark } from '../state/theme';
import { MarkedText } from './MarkedText';
import { useWidth } from './useWidth';

interface Props {
  plane: BoundaryPlane;
  unit: BoundaryUnit | null; // null: which class wins
  label: string;
  isSmall?: boolean;
  onPoint?: (x: number, y: number) => void;
}

// Values to -1 .. 1 around where the unit decides.
export function toneOf(unit: BoundaryUnit, values: Float32Array): (v: number) => number {
  let low = Infinity;
  let high = -Infinity;
  for (const v of values) {
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  const middle = unit.line === unit.grid && unit.level !== undefined ? unit.level : unit.level === undefined ? (low + high) / 2 : 0;
  const widest = Math.max(high - middle, middle - low, 1e-9);
  return (v) => (v - middle) / widest;
}

// Where one class gives way to another: its output leads all others by nothing.
function between(plane: BoundaryPlane): Segment[] {
  const outputs = plane.units.filter((u) => u.output).map((u) => gridOf(u.grid));
  return outputs.flatMap((own, k) => contour(own.map((v, cell) => v - Math.max(...outputs.flatMap((o, j) => (j === k ? [] : [o[cell]!])))), kCells, kCells, 0));
}

export function PlaneMap({ plane, unit, label, isSmall = false, onPoint }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const dark = isDark.value;
  const all = grids.value;
  const frame = useRef<HTMLDivElement>(null);
  const size = useWidth(frame, isSmall ? 84 : 520);
  const margin = isSmall ? 0 : 56;
  const inner = size - margin;
  useEffect(() => {
    if (!all) return;
    const context = canvas.current!.getContext('2d')!;
    const picture = context.createImageData(kCells, kCells);
    const values = gridOf(unit ? unit.grid : plane.winner!);
    const tone = unit && toneOf(unit, values);
    for (let r = 0; r < kCells; ++r)
      for (let c = 0; c < kCells; ++c) {
        const v = values[r * kCells + c]!;
        const colour = tone ? diverging(tone(v), dark) : shaded(v, 0.75, dark);
        picture.data.set([...colour, 255], 4 * ((kCells - 1 - r) * kCells + c)); // row 0 lies below
      }
    context.putImageData(picture, 0, 0);
  }, [all, unit, plane, dark]);
  const line = useMemo(() => {
    if (!all) return '';
    const segments = unit ? (unit.level === undefined ? [] : contour(gridOf(unit.line), kCells, kCells, unit.level)) : between(plane);
    const x = (c: number) => (((c + 0.5) / kCells) * inner).toFixed(1);
    const y = (r: number) => (inner - ((r + 0.5) / kCells) * inner).toFixed(1);
    return segments.map(([x1, y1, x2, y2]) => `M${x(x1)} ${y(y1)}L${x(x2)} ${y(y2)}`).join('');
  }, [all, unit, plane, inner]);
  const { x, y } = plane;
  const scales = { x: { low: x.low, high: x.high, from: 0, to: inner }, y: { low: y.low, high: y.high, from: inner, to: 0 } };
  const isClass = plane.kind === 'classes' || plane.points.every((p) => p.target === 0 || p.target === 1);
  const colour = (target: number | undefined) => {
    if (target === undefined) return 'var(--muted)';
    if (plane.kind === 'classes') return plane.winner === undefined ? classColour(1 - target) : classColour(target);
    return isClass ? classColour(target > 0.5 ? 0 : 1) : 'var(--ink)';
  };
  const stand = (event: PointerEvent) => {
    const box = canvas.current!.getBoundingClientRect();
    onPoint?.(x.low + ((event.clientX - box.left) / box.width) * (x.high - x.low), y.high - ((event.clientY - box.top) / box.height) * (y.high - y.low));
  };
  return (
    <div ref={frame} class={`plane-map ${isSmall ? 'small' : ''}`} style={{ aspectRatio: '1' }} role="img" aria-label={label} onPointerMove={onPoint && stand} onPointerDown={onPoint && stand}>
      <canvas ref={canvas} width={kCells} height={kCells} style={{ left: `${(100 * margin) / size}%`, width: `${(100 * inner) / size}%`, height: `${(100 * inner) / size}%` }} />
      <svg viewBox={`${-margin} 0 ${size} ${size}`} aria-hidden="true">
        <path d={line} class="halo" />
        <path d={line} class="contour" />
        {plane.points.map((p) => (
          <circle key={p.sample} cx={place(scales.x, p.x)} cy={place(scales.y, p.y)} r={isSmall ? 2 : plane.points.length > 60 ? 4.2 : 7} fill={colour(p.target)} class="point">
            {!isSmall && p.target !== undefined && <title>{plane.classes[p.target] ?? numberLabel(p.target)}</title>}
          </circle>
        ))}
        {!isSmall && (
          <g class="axis">
            {ticks(x.low, x.high, 5).map((v) => <MarkedText key={v} text={numberLabel(v)} x={place(scales.x, v)} y={inner + 15} size={12} />)}
            {ticks(y.low, y.high, 5).map((v) => <MarkedText key={v} text={numberLabel(v)} x={-6} y={place(scales.y, v) + 4} size={12} anchor="end" />)}
            <text x={inner / 2} y={inner + 34} text-anchor="middle">{x.name}</text>
            <text x={-42} y={inner / 2} text-anchor="middle" transform={`rotate(-90 -42 ${inner / 2})`}>{y.name}</text>
          </g>
        )}
      </svg>
    </div>
  );
}
