import { expect, test } from 'vitest';
import { placeIn, readTensors, tilesOfKernel, tilesOfValues } from './tensors';

test('arrays are read one after the other', () => {
  const bytes = new ArrayBuffer(4 * 8);
  new Uint32Array(bytes).set([2, 1, 2, 1]);
  new Float32Array(bytes).set([0.5, -1], 4);
  new Uint32Array(bytes).set([0, 3], 6);
  const all = readTensors(bytes.slice(0, 24), ['a']);
  expect(all.get('a')).toEqual({ shape: [1, 2], block: 1, data: new Float32Array([0.5, -1]) });
});

test('every number of a shape has one place in its tiles', () => {
  for (const [tiles, size] of [
    [tilesOfValues([3, 4, 5]), 60],
    [tilesOfValues([10]), 10],
    [tilesOfValues([130]), 130],
    [tilesOfKernel([2, 3, 3, 4], [2, 9, 9]), 72],
    [tilesOfKernel([81, 6], [9, 9]), 486],
    [tilesOfKernel([4, 6], [4]), 24],
    [tilesOfKernel([6], [4]), 6],
  ] as const) {
    const seen = new Set<number>();
    for (let t = 0; t < tiles.count; ++t)
      for (let r = 0; r < tiles.rows; ++r)
        for (let c = 0; c < tiles.columns; ++c) {
          const at = tiles.index(t, r, c);
          if (at !== null) seen.add(at);
        }
    expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i));
  }
});

test('a place is written as the engine names it', () => {
  expect(placeIn([3, 4, 5], 17)).toBe('[0,3,2]');
  expect(placeIn([7], 6)).toBe('[6]');
});

test('folds a tall matrix, and keeps every row once', () => {
  const { count, rows, columns, index } = tilesOfKernel([130, 10], [130]);
  const seen = Array.from({ length: count * rows }, (_, i) => index(Math.floor(i / rows), i % rows, 0)).filter((at) => at !== null);
  expect([count, rows, columns]).toEqual([13, 10, 10]);
  expect(seen).toEqual(Array.from({ length: 130 }, (_, i) => 10 * i));
});
