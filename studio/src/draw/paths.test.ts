import { expect, it } from 'vitest';
import type { Explanation, Network } from '../api/types';
import { layOut } from './layout';
import { lit, sharedWeights } from './paths';

// Five inputs, a window of three, three features, one output.
function convolution(): Network {
  const node = (letter: string, number: number, layer: number) => ({ letter, number, layer, name: letter + number, name_symbol: letter });
  const nodes = [1, 2, 3, 4, 5].map((n) => node('I', n, 0)).concat([9, 10, 11].map((n) => node('C', n, 1)), node('O', 12, 2));
  const edge = (from: string, to: string, weight: string) => ({ id: `${from}>${to}`, from, to, weight, weight_symbol: weight });
  const edges = [0, 1, 2].flatMap((place) => [0, 1, 2].map((k) => edge(`I${place + k + 1}`, `C${9 + place}`, `k(${6 + k})`)));
  edges.push(...[9, 10, 11].map((n) => edge(`C${n}`, 'O12', `w(${n},12)`)));
  const rest = { input: [5], layers: [], parameters: 8, samples: 1, batches: 1, loss: '', autoencoder: false, drawn: true };
  return { ...rest, nodes, edges, run: { id: 'x', status: 'done', step: 0, steps: 0, batches: 1 } };
}

// The paths to what each feature has by `ends`; of as many samples.
function explained(ends: (feature: number) => string, samples: (number | null)[]): Explanation {
  const out: Explanation = { quantity: '', symbol: '', epoch: 0, sample: null, recorded: 0, sum_of_paths: 0, finite_difference: 0, path_count: 0, complete: true, rest: 0, factors: [], paths: [], layers: [] };
  const add = (sample: number | null, of: string, from: string, value: number) =>
    out.factors.push({ of, from, sample, of_symbol: of, from_symbol: from, symbol: '', formula: '', numbers: '', value }) - 1;
  for (const sample of samples) {
    const loss = add(sample, 'L', 'O12', 0.1 * ((sample ?? 0) + 1));
    for (const n of [9, 10, 11])
      out.paths.push({ factors: [loss, add(sample, 'O12', `C${n}`, 2), add(sample, `in(C${n})`, ends(n), 3)], product: 0 });
  }
  return out;
}

it('a shared weight stands at every place that it enters at', () => {
  const layout = layOut(convolution());
  expect([...sharedWeights(layout)]).toEqual(['k(6)', 'k(7)', 'k(8)']);
  const all = lit(layout, explained(() => 'k(7)', [null]), null);
  expect([...all.kernels]).toEqual(['I2>C9', 'I3>C10', 'I4>C11']);
  expect([...all.edges]).toEqual(['C9>O12', 'C10>O12', 'C11>O12']);
  expect([...all.nodes].sort()).toEqual(['C10', 'C11', 'C9', 'O12']);
  expect(all.factors).toHaveLength(7);
  expect(new Set(all.factors.map((f) => `${f.x} ${f.y}`)).size).toBe(7);
});

it('one path of them passes one', () => {
  const one = lit(layOut(convolution()), explained(() => 'k(7)', [null]), 1);
  expect([...one.kernels]).toEqual(['I3>C10']);
  expect(one.factors.map((f) => f.text)).toEqual(['∂L/∂O12 = 0.1', '∂O12/∂C10 = 2', '∂in(C10)/∂k(7) = 3']);
});

it('the derivative of an input passes the kernel from it on', () => {
  const all = lit(layOut(convolution()), explained(() => 'I3', [null]), null);
  expect(all.kernels.size).toBe(0);
  expect([...all.edges].filter((e) => e.startsWith('I'))).toEqual(['I3>C9', 'I3>C10', 'I3>C11']);
  expect(all.nodes.has('I3')).toBe(true);
});

it('the factors of several samples share a place', () => {
  const explanation = explained(() => 'k(6)', [0, 1, 2]);
  const all = lit(layOut(convolution()), explanation, null);
  expect(all.factors).toHaveLength(7);
  expect(all.factors[0]!.text).toBe('∂L/∂O12 = 0.1\u2009\u2026\u20090.3');
  expect(lit(layOut(convolution()), explanation, 4).factors[0]!.text).toBe('∂L/∂O12 = 0.2');
});
