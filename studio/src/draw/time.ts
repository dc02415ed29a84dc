// Places along the time bar. The first steps change most, so long runs are drawn on a logarithmic axis, as the book
// draws its epochs.
import type { Curves } from '../api/types';

const kLinearUpTo = 50;
const kShownShare = 1e-6; // of the highest loss: what falls further runs along the ground

export function toPlace(step: number, last: number, places: number): number {
  if (last <= 0) return 0;
  return last <= kLinearUpTo ? (places * step) / last : (places * Math.log1p(step)) / Math.log1p(last);
}

export function fromPlace(place: number, last: number, places: number): number {
  const share = place / places;
  return Math.round(last <= kLinearUpTo ? share * last : Math.expm1(share * Math.log1p(last)));
}

// The loss of every step as an SVG path, high losses at the top, on a logarithmic axis where none is negative.
export function lossPath(curves: Curves, last: number, width: number, height: number): string {
  const points = (curves.steps ?? []).flatMap((s, i) => {
    const loss = curves.loss?.[i];
    return s <= last && typeof loss === 'number' && Number.isFinite(loss) ? [{ s, loss }] : [];
  });
  if (points.length < 2) return '';
  const isLog = points.every((p) => p.loss >= 0);
  const least = Math.max(...points.map((p) => p.loss)) * kShownShare || 1;
  const scale = (x: number) => (isLog ? Math.log10(Math.max(x, least)) : x);
  const values = points.map((p) => scale(p.loss));
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  return points
    .map((p, i) => {
      const y = 6 + (height - 12) * (1 - (values[i]! - low) / span);
      return `${i ? 'L' : 'M'}${toPlace(p.s, last, width).toFixed(2)},${y.toFixed(2)}`;
    })
    .join('');
}
