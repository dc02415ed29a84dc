import { expect, test } from 'vitest';
import { edgeAt } from './canvas';

const line = (x1: number, y1: number, x2: number, y2: number) => ({ x1, y1, x2, y2, angle: 0 });
const set = { lines: [line(0, 0, 100, 0), line(0, 0, 100, 100), line(0, 20, 100, 20)], looks: ['', '', ''] };

test('the edge under the pointer is the nearest one', () => {
  expect(edgeAt(set, [0, 0, 0], 60, 3)).toBe(0);
  expect(edgeAt(set, [0, 0, 0], 60, 58)).toBe(1);
  expect(edgeAt(set, [0, 0, 0], 90, 22)).toBe(2);
  expect(edgeAt(set, [0, 0, 0], 90, 50)).toBe(null);
  expect(edgeAt(set, [0, 0, 0], 140, 0)).toBe(null);
});
