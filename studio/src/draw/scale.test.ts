import { expect, test } from 'vitest';
import { around, place, ticks, value } from './scale';

test('places and values are each other’s inverse', () => {
  for (const scale of [{ low: -3, high: 3, from: 10, to: 300 }, { low: 1e-6, high: 10, from: 200, to: 0, isLog: true }])
    for (const x of [0.5, 2]) expect(value(scale, place(scale, x))).toBeCloseTo(x, 10);
});

test('ticks are round', () => {
  expect(ticks(-3, 3, 6)).toEqual([-3, -2, -1, 0, 1, 2, 3]);
  expect(ticks(0, 0.35, 4)).toEqual([0, 0.1, 0.2, 0.3]);
  expect(ticks(0.001, 100, 5, true)).toEqual([0.001, 0.01, 0.1, 1, 10, 100]);
});

test('a range has room', () => {
  expect(around([0, 1], 0.1)).toEqual([-0.1, 1.1]);
  expect(around([2, 2])[0]).toBeLessThan(2);
  expect(around([])).toEqual([0, 1]);
});
