// A small plot in SVG: lines, points and shaded bands over two axes, with a handle that pointer and keys can move.
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { numberLabel } from '../draw/number';
import { place, ticks, value, type Scale } from '../draw/scale';
import { MarkedText } from './MarkedText';
import { useWidth } from './useWidth';

export interface PlotLine {
  name: string;
  x: number[];
  y: number[];
  colour: string;
  isDashed?: boolean;
  width?: number;
}
export interface PlotPoint {
  x: number;
  y: number;
  colour: string;
  name?: string;
  radius?: number;
}

interface Props {
  label: string;
  x: [number, number];
  y: [number, number];
  xName?: string; // with marks
  yName?: string;
  height?: number; // in pixels; of a narrow plot, less
  isLogY?: boolean;
  lines?: PlotLine[];
  points?: PlotPoint[];
  bands?: { from: number; to: number; colour: string }[];
  handle?: { x: number; y?: number } | undefined; // without y: a line through x
  onMove?: (x: number, y: number) => void;
  onPick?: (index: number) => void; // a point was chosen with the pointer
  jump?: number; // a line that leaps so far between two of its numbers is broken there
  xTicks?: number[] | undefined;
  yNames?: string[]; // what the whole numbers from 0 on the y axis are called
  isBare?: boolean; // without numbers beside the axes
  children?: ComponentChildren;
}

const kMargin = { left: 46, right: 12, top: 10, bottom: 24 };
const kName = 16; // room for that of an axis

// A power of ten as such: "10^{−5}".
function tickLabel(v: number, isLog = false): string {
  const power = Math.round(Math.log10(v));
  return isLog && Math.abs(power) > 2 ? `10^{${power < 0 ? '\u2212' : ''}${Math.abs(power)}}` : numberLabel(v);
}

export function Plot(props: Props) {
  const { height: tall = 280, lines = [], points = [], bands = [], handle, onMove, onPick } = props;
  const svg = useRef<SVGSVGElement>(null);
  const width = useWidth(svg, 420);
  const height = Math.min(tall, Math.max(width * 0.85, 90));
  const left = props.isBare ? 6 : kMargin.left + (props.yName ? kName : 0);
  const bottom = props.isBare ? 6 : kMargin.bottom + (props.xName ? kName : 0);
  const x: Scale = { low: props.x[0], high: props.x[1], from: left, to: width - (props.isBare ? 6 : kMargin.right) };
  const y: Scale = { low: props.y[0], high: props.y[1], from: height - bottom, to: kMargin.top, isLog: props.isLogY ?? false };
  const held = (v: number, s: Scale) => Math.max(Math.min(s.low, s.high), Math.min(Math.max(s.low, s.high), v));
  const move = (event: PointerEvent) => {
    const box = svg.current!.getBoundingClientRect();
    const at = { x: ((event.clientX - box.left) / box.width) * width, y: ((event.clientY - box.top) / box.height) * height };
    if (onPick) {
      const near = points.findIndex((p) => Math.hypot(place(x, p.x) - at.x, place(y, p.y) - at.y) < 7);
      if (near >= 0 && event.type === 'pointerdown') return onPick(near);
    }
    onMove?.(held(value(x, at.x), x), held(value(y, at.y), y));
  };
  const path = (line: PlotLine) =>
    line.x
      .map((v, i) => {
        const at = line.y[i]!;
        if (!Number.isFinite(at) || (y.isLog && at <= 0)) return '';
        const before = line.y[i - 1];
        const leaps = before !== undefined && props.jump !== undefined && Math.abs(at - before) > props.jump;
        const isFirst = before === undefined || !Number.isFinite(before) || (y.isLog && before <= 0) || leaps;
        return `${isFirst ? 'M' : 'L'}${place(x, v).toFixed(2)} ${place(y, at).toFixed(2)}`;
      })
      .join('');
  const id = `clip-${props.label.replace(/\W/g, '')}-${width}-${height}`;
  return (
    <svg
      ref={svg}
      class={`plot ${onMove ? 'moves' : ''}`}
      viewBox={`0 0 ${width} ${height}`}
      style={{ aspectRatio: `${width} / ${height}` }}
      role="img"
      aria-label={props.label}
      onPointerDown={onMove ? (e) => (svg.current!.setPointerCapture(e.pointerId), move(e)) : undefined}
      onPointerMove={onMove ? (e) => e.buttons > 0 && move(e) : undefined}
    >
      <clipPath id={id}>
        <rect x={x.from} y={y.to} width={x.to - x.from} height={y.from - y.to} />
      </clipPath>
      {bands.map((band, i) => (
        <rect key={i} x={place(x, held(band.from, x))} width={Math.max(0, place(x, held(band.to, x)) - place(x, held(band.from, x)))} y={y.to} height={y.from - y.to} fill={band.colour} class="band" />
      ))}
      {(props.xTicks ?? ticks(x.low, x.high, Math.min(6, width / 60))).map((v) => (
        <g key={v} class="tick">
          <line x1={place(x, v)} x2={place(x, v)} y1={y.to} y2={y.from} class={v === 0 ? 'zero' : ''} />
          {!props.isBare && <MarkedText text={numberLabel(v)} x={place(x, v)} y={y.from + 15} size={11.5} />}
        </g>
      ))}
      {(props.yNames?.map((_, i) => i) ?? ticks(y.low, y.high, 5, y.isLog)).map((v) => (
        <g key={v} class="tick">
          <line x1={x.from} x2={x.to} y1={place(y, v)} y2={place(y, v)} class={v === 0 ? 'zero' : ''} />
          {!props.isBare && <MarkedText text={props.yNames?.[v] ?? tickLabel(v, y.isLog)} x={x.from - 6} y={place(y, v) + 4} size={11.5} anchor="end" />}
        </g>
      ))}
      <g clip-path={`url(#${id})`}>
        {lines.map((line, i) => (
          <path key={i} d={path(line)} fill="none" stroke={line.colour} stroke-width={line.width ?? 2.4} stroke-dasharray={line.isDashed ? '6 5' : undefined} stroke-linejoin="round" />
        ))}
        {points.map((p, i) => (
          <circle key={i} cx={place(x, p.x)} cy={place(y, p.y)} r={p.radius ?? 4} fill={p.colour} class="point">
            {p.name && <title>{p.name}</title>}
          </circle>
        ))}
      </g>
      {handle && (
        <g class="handle">
          <line x1={place(x, handle.x)} x2={place(x, handle.x)} y1={y.to} y2={y.from} />
          {handle.y !== undefined && <line x1={x.from} x2={x.to} y1={place(y, handle.y)} y2={place(y, handle.y)} />}
          <circle cx={place(x, handle.x)} cy={handle.y === undefined ? y.from : place(y, handle.y)} r="8" />
        </g>
      )}
      {props.xName && <MarkedText text={props.xName} x={(x.from + x.to) / 2} y={height - 4} size={12} class="axis" />}
      {props.yName && <g transform={`rotate(-90 11 ${(y.from + y.to) / 2})`}><MarkedText text={props.yName} x={11} y={(y.from + y.to) / 2} size={12} class="axis" /></g>}
      {props.children}
    </svg>
  );
}
