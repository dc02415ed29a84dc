// What the little pictures of the gallery are made of: places of nodes, points of data sets, strokes of digits.
export interface Dot {
  x: number;
  y: number;
  kind: number;
}

// Columns of nodes within a box; one for each layer.
export function columns(shape: number[], box: { x: number; y: number; width: number; height: number }, gap = 26): { x: number; y: number }[][] {
  return shape.map((n, k) =>
    Array.from({ length: n }, (_, i) => ({
      x: box.x + (shape.length > 1 ? (k * box.width) / (shape.length - 1) : 0),
      y: box.y + box.height / 2 + (i - (n - 1) / 2) * Math.min(gap, box.height / Math.max(n, 1)),
    })),
  );
}

// Even draws that are the same each time.
export function draws(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export function moons(count: number): Dot[] {
  const draw = draws(3);
  return Array.from({ length: count }, (_, i) => {
    const kind = i % 2;
    const angle = (Math.PI * i) / count;
    const noise = () => (draw() - 0.5) * 0.28;
    return kind === 0
      ? { x: Math.cos(angle) + noise(), y: Math.sin(angle) + noise(), kind }
      : { x: 1 - Math.cos(angle) + noise(), y: 0.5 - Math.sin(angle) + noise(), kind };
  });
}

export function spirals(count: number): Dot[] {
  return Array.from({ length: count }, (_, i) => {
    const radius = 0.12 + (0.88 * i) / count;
    const angle = 2 * Math.PI * (0.8 * radius + (i % 3) / 3);
    return { x: radius * Math.cos(angle), y: radius * Math.sin(angle), kind: i % 3 };
  });
}

// Clouds of points, one around each middle.
export function clouds(middles: [number, number][], count: number, spread: number, seed = 5): Dot[] {
  const draw = draws(seed);
  const bell = () => draw() + draw() + draw() - 1.5;
  return Array.from({ length: count }, (_, i) => {
    const kind = i % middles.length;
    return { x: middles[kind]![0] + bell() * spread, y: middles[kind]![1] + bell() * spread, kind };
  });
}

// Digits as strokes of a pen in a box of 10 x 14.
export const kDigits: Record<number, string> = {
  0: 'M5 1.5C1.5 1.5 1.5 12.5 5 12.5S8.5 1.5 5 1.5',
  1: 'M3 4L5.6 1.8V12.4',
  2: 'M1.8 4C2 1 8 .8 8 4.4C8 7.4 3 9 1.8 12.3H8.4',
  3: 'M2 2.6C4 .8 8 1.4 7.8 4.2C7.6 6.4 5 6.6 4.4 6.6C6 6.6 8.4 7.2 8.2 9.8C8 13 3.4 13 1.8 11.2',
  4: 'M6.6 12.6V1.6L1.6 9H8.6',
  5: 'M8 1.6H3L2.4 6.4C5 5 8.4 6 8.2 9.2C8 12.8 3.6 13 1.8 11.2',
  6: 'M7.4 1.8C3 3 1.6 8 2.2 10.4C3 13.4 8 13 8 9.8C8 6.4 3.6 6.4 2.2 9.4',
  7: 'M1.8 1.8H8.2C6 5 4.6 9 4.2 12.6',
  8: 'M5 6.6C1.6 5.6 2.2 1.6 5 1.6S8.4 5.6 5 6.6C1 7.6 1.6 12.6 5 12.6S9 7.6 5 6.6',
  9: 'M7.8 5C7.6 1 2.2 .8 2.2 4.6C2.2 8 7.4 7.6 7.8 4.4C8 7 7.2 11 6 12.6',
};
