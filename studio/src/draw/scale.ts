// Axes of small plots: from numbers to places, and round numbers to write beside them.
export interface Scale {
  low: number;
  high: number;
  from: number; // place of low
  to: number;
  isLog?: boolean;
}

export function place(scale: Scale, x: number): number {
  const at = (v: number) => (scale.isLog ? Math.log10(v) : v);
  return scale.from + ((at(x) - at(scale.low)) / (at(scale.high) - at(scale.low))) * (scale.to - scale.from);
}

export function value(scale: Scale, at: number): number {
  const t = (at - scale.from) / (scale.to - scale.from);
  if (!scale.isLog) return scale.low + t * (scale.high - scale.low);
  return 10 ** (Math.log10(scale.low) + t * (Math.log10(scale.high) - Math.log10(scale.low)));
}

// About `count` round numbers within a range: steps of 1, 2 or 5 times a power of ten; of a logarithmic axis, powers.
export function ticks(low: number, high: number, count: number, isLog = false): number[] {
  if (!(high > low)) return [low];
  if (isLog) {
    const first = Math.ceil(Math.log10(low) - 1e-9);
    const last = Math.floor(Math.log10(high) + 1e-9);
    const by = Math.max(1, Math.ceil((last - first) / count));
    return Array.from({ length: Math.floor((last - first) / by) + 1 }, (_, i) => 10 ** (first + i * by));
  }
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (rough / power > 5 ? 10 : rough / power > 2 ? 5 : rough / power > 1 ? 2 : 1);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

// The least and the largest of the numbers, with some room around them.
export function around(numbers: number[], room = 0.06): [number, number] {
  const finite = numbers.filter(Number.isFinite);
  if (finite.length === 0) return [0, 1];
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const margin = high > low ? (high - low) * room : Math.abs(low) * room || 1;
  return [low - margin, high + margin];
}
