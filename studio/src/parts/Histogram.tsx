// How often numbers fall into ranges: a few bars, without axes but for the ends.
import { numberLabel } from '../draw/number';
import { MarkedText } from './MarkedText';

interface Props {
  edges: number[];
  counts: number[];
  colour: string;
  label: string;
  title?: string;
  isPale?: boolean;
}

const kWidth = 120;
const kHeight = 78;

export function Histogram({ edges, counts, colour, label, title, isPale = false }: Props) {
  const most = Math.max(1, ...counts);
  const bar = kWidth / counts.length;
  const base = kHeight - 14;
  return (
    <svg class="histogram" viewBox={`0 0 ${kWidth} ${kHeight}`} role="img" aria-label={label}>
      {title && <text x={kWidth / 2} y="10" class="title">{title}</text>}
      {counts.map((n, i) => (
        <rect key={i} x={i * bar} y={base - (n / most) * (base - 14)} width={bar - 0.4} height={(n / most) * (base - 14)} fill={colour} opacity={isPale ? 0.55 : 0.9} />
      ))}
      <line x1="0" x2={kWidth} y1={base} y2={base} />
      <MarkedText text={numberLabel(edges[0]!, 2)} x={0} y={kHeight - 2} size={9} anchor="start" />
      <MarkedText text={numberLabel(edges.at(-1)!, 2)} x={kWidth} y={kHeight - 2} size={9} anchor="end" />
    </svg>
  );
}
