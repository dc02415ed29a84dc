import { expect, it } from 'vitest';
import { dense } from './dense_network';
import { layOut } from './layout';

it('places 3-2-1 as the book does', () => {
  const layout = layOut(dense(3, 2, 1));
  const y = (name: string) => layout.nodes.find((n) => n.name === name)!.y;
  const whole = y('I3') - y('I1');
  expect((y('H5') - y('H4')) / whole).toBeCloseTo(3 / 8);
  expect(y('O6')).toBeCloseTo((y('I1') + y('I3')) / 2);
});

it('gives every node its own place in a wide network', () => {
  const layout = layOut(dense(30, 7, 1));
  expect(new Set(layout.nodes.map((n) => `${n.x} ${n.y}`)).size).toBe(38);
});
