import { expect, test } from 'vitest';
import { contour } from './contour';

test('a slope is cut by one straight line', () => {
  const values = [0, 1, 2, 0, 1, 2, 0, 1, 2];
  const segments = contour(values, 3, 3, 0.5);
  expect(segments).toEqual([
    [0.5, 0, 0.5, 1],
    [0.5, 1, 0.5, 2],
  ]);
});

test('a hill is surrounded, an even plain is not', () => {
  expect(contour([0, 0, 0, 0, 1, 0, 0, 0, 0], 3, 3, 0.5)).toHaveLength(4);
  expect(contour(new Float32Array(9), 3, 3, 0)).toEqual([]);
});

test('a saddle is two lines', () => {
  expect(contour([1, -1, -1, 1], 2, 2, 0)).toHaveLength(2);
});
