import { expect, it } from 'vitest';
import type { Network } from '../api/types';
import { layOut } from './layout';
import { placeLabels } from './labels';

function dense(...widths: number[]): Network {
  let number = 0;
  const layers = widths.map((n, layer) => {
    const letter = layer === 0 ? 'I' : layer === widths.length - 1 ? 'O' : 'H';
    return Array.from({ length: n }, () => ({ letter, number: ++number, layer, name: letter + number, name_symbol: '' }));
  });
  const edges = layers
    .slice(1)
    .flatMap((to, k) => to.flatMap((t) => layers[k]!.map((f) => ({ id: `${f.name}>${t.name}`, from: f.name, to: t.name, weight: '', weight_symbol: '' }))));
  const rest = { input: [], layers: [], parameters: 0, samples: 1, batches: 1, loss: '', autoencoder: false, drawn: true };
  return { ...rest, nodes: layers.flat(), edges, run: { id: 'x', status: 'done', step: 0, steps: 0, batches: 1 } };
}

it('places 3-2-1 as the book does', () => {
  const layout = layOut(dense(3, 2, 1));
  const y = (name: string) => layout.nodes.find((n) => n.name === name)!.y;
  const whole = y('I3') - y('I1');
  expect((y('H5') - y('H4')) / whole).toBeCloseTo(3 / 8);
  expect(y('O6')).toBeCloseTo((y('I1') + y('I3')) / 2);
});

it('keeps the labels of 3-2-1 apart', () => {
  const layout = layOut(dense(3, 2, 1));
  const labels = placeLabels(layout, layout.edges.map(() => 'λ_{1,4} = 0.321'), 18);
  for (const [i, a] of labels.entries())
    for (const b of labels.slice(i + 1)) expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(18);
});

it('gives every node its own place in a wide network', () => {
  const layout = layOut(dense(30, 7, 1));
  expect(new Set(layout.nodes.map((n) => `${n.x} ${n.y}`)).size).toBe(38);
});
