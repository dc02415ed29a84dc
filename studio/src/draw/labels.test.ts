import { describe, expect, it } from 'vitest';
import { boxAt, touches } from './boxes';
import { dense } from './dense_network';
import { kViews, longestTexts, type View } from './encoding';
import { type LabelPlace, placeLabels } from './labels';
import { layOut } from './layout';

// What is drawn at once, with what it says: every text, then the discs of the nodes.
function drawn(widths: number[], view: View) {
  const layout = layOut(dense(...widths));
  const texts = longestTexts(layout, view);
  const labels = placeLabels(layout, texts);
  const all: { name: string; place: LabelPlace }[] = [
    ...labels.edges.map((place, i) => ({ name: layout.edges[i]!.weight, place })),
    ...[...labels.biases].map(([node, place]) => ({ name: `bias of ${node}`, place })),
    ...[...labels.under].flatMap(([node, { rows }]) => rows.map((place, i) => ({ name: `${node}, row ${i}`, place }))),
  ];
  const discs = layout.nodes.map((n) => ({ name: n.name, box: boxAt(n.x, n.y, 1.5 * layout.radius, 1.5 * layout.radius) }));
  const free = all.filter(({ place }) => place.isFree).map(({ name, place }) => ({ name, box: place.box }));
  return { hidden: all.filter(({ place }) => !place.isFree).map(({ name }) => name), free, discs, size: labels.size / texts.size, layout };
}

function clashes({ free, discs }: ReturnType<typeof drawn>): string[] {
  return free.flatMap((a, i) => [...free.slice(i + 1), ...discs].flatMap((b) => (touches(a.box, b.box) ? [`${a.name} on ${b.name}`] : [])));
}

describe('labels', () => {
  const small = [[3, 2, 1], [3, 2, 1, 2, 3], [2, 2, 1], [1, 1], [2, 3, 1], [4, 3, 2], [3, 3, 3]];
  for (const widths of small)
    for (const view of kViews)
      it(`of ${widths.join('-')} are all there and apart: ${view}`, () => {
        const found = drawn(widths, view);
        expect(clashes(found)).toEqual([]);
        expect(found.hidden).toEqual([]);
      });

  it('of other dense networks are apart, and of those with few edges most are there', () => {
    let state = 7;
    const random = (n: number) => (state = (state * 48271) % 2147483647) % n;
    for (let i = 0; i < 12; ++i) {
      const widths = Array.from({ length: 2 + random(4) }, () => 1 + random(7));
      for (const view of kViews) {
        const found = drawn(widths, view);
        const name = `${widths.join('-')}, ${view}: ${found.hidden.join(' ')}`;
        expect(clashes(found), name).toEqual([]);
        if (found.layout.edges.length <= 40) expect(found.free.length, name).toBeGreaterThan(0.6 * (found.free.length + found.hidden.length));
      }
    }
  });
});
