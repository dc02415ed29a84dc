import { expect, it } from 'vitest';
import type { Explanation, Factor } from '../api/types';
import { passed, unitsOf } from './passing';
import { cellsOf, largestOf, quantityAt, tilesOfValues } from './tensors';

const factor = (of: string, from: string, array: string, element: number): Factor =>
  ({ of, from, array, element, sample: null, of_symbol: of, from_symbol: from, symbol: '', formula: '', numbers: '', value: 1 });

const found: Explanation = {
  quantity: 'dL/dlayer1.kernel[2,1]', symbol: '', epoch: 0, sample: 0, recorded: 0, sum_of_paths: 0, finite_difference: 0,
  path_count: 40, complete: false, rest: 0, array: 'layer1.kernel', element: 7,
  factors: [factor('L', 'layer2.in[3]', 'layer2.in', 3), factor('layer2.in[3]', 'layer1.out[1]', 'layer1.out', 1), factor('L', 'layer2.in[5]', 'layer2.in', 5)],
  paths: [{ factors: [0, 1], product: 1 }, { factors: [2, 1], product: 1 }],
  layers: [{ layer: 'layer2', units: 9, total: 1, rest: 0, largest: [{ quantity: 'layer2.in[8]', sample: null, from_loss: 1, to_quantity: 1, contribution: 1, array: 'layer2.in', element: 8 }] }],
};

it('marks what the paths pass, the units that most passes through, and the number itself', () => {
  const all = passed(found, null);
  expect([...all.get('layer2.out')!.keys()].sort()).toEqual([3, 5, 8]);
  expect([...all.get('layer1.kernel')!]).toEqual([[7, 'aim']]);
});

it('of one path only its own', () => {
  expect([...passed(found, 1).get('layer2.out')!.keys()]).toEqual([5]);
  expect([...unitsOf(found, 1)]).toEqual(['layer2.in[5]', 'layer1.out[1]']);
});

it('finds numbers among the tiles, and names them', () => {
  const tiles = tilesOfValues([2, 3, 4]);
  expect([...cellsOf(tiles, [0, 17])]).toEqual([[0, [0, 0, 0]], [17, [1, 1, 1]]]);
  expect(quantityAt('layer1.out', [2, 3, 4], 17)).toBe('layer1.out[1,1,1]');
  expect(quantityAt('input', [1, 28, 28], 40)).toBe('I41');
  expect(largestOf(new Float32Array([1, -3, 2]))).toBe(1);
});
