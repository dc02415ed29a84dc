// Which nodes and weights a derivation runs through, and where its factors stand on the diagram.
import type { Explanation, Factor, Num } from '../api/types';
import type { Layout } from './layout';

export interface PlacedFactor {
  index: number;
  x: number;
  y: number;
  angle: number;
  text: string; // the symbol with marks
  value: Num;
}

export interface Lit {
  nodes: Set<string>;
  edges: Set<string>;
  factors: PlacedFactor[];
}

// The nodes and weights that lie between a number and the loss: what it is passed on through. Null for what is not here.
export function onward(layout: Layout, name: string): { nodes: Set<string>; edges: Set<string> } | null {
  const own = layout.edges.filter((e) => e.weight === name);
  const start = layout.nodes.find((n) => [n.name, n.in, n.bias].includes(name));
  if (!start && own.length === 0) return null;
  const nodes = new Set([...own.map((e) => e.to), ...(start ? [start.name] : [])]);
  const edges = new Set(own.map((e) => e.id));
  for (const from of nodes)
    for (const edge of layout.edges) {
      if (edge.from !== from) continue;
      edges.add(edge.id);
      nodes.add(edge.to); // a set that grows is walked to its end
    }
  return { nodes, edges };
}

const inner = (name: string) => (name.startsWith('in(') ? name.slice(3, -1) : name);

// `which`: a path by its number, or null for all of them.
export function lit(layout: Layout, explanation: Explanation, which: number | null): Lit {
  const out: Lit = { nodes: new Set(), edges: new Set(), factors: [] };
  const paths = which === null ? explanation.paths : explanation.paths.slice(which, which + 1);
  const used = new Set(paths.flatMap((p) => p.factors));
  for (const index of used) {
    const factor = explanation.factors[index];
    if (factor) place(layout, factor, index, out);
  }
  return out;
}

function place(layout: Layout, factor: Factor, index: number, out: Lit): void {
  const of = layout.nodes.find((n) => n.name === inner(factor.of));
  const text = `\u2202${factor.of_symbol}/\u2202${factor.from_symbol}`;
  const add = (x: number, y: number, angle = 0) => {
    out.factors.push({ index, x, y, angle, text, value: factor.value });
  };
  if (!of) {
    const from = layout.nodes.find((n) => n.name === inner(factor.from));
    if (!from) return;
    out.nodes.add(from.name);
    return add(from.x + layout.radius + 14, from.y - layout.radius - 12);
  }
  out.nodes.add(of.name);
  if (inner(factor.from) === of.name) return add(of.x, of.y + layout.radius + 34);
  const edge = layout.edges.find((e) => e.to === of.name && (e.weight === factor.from || e.from === inner(factor.from)));
  if (!edge) return add(of.x - layout.radius * 1.1, of.y - layout.radius * 1.7); // its bias
  out.edges.add(edge.id);
  if (edge.from === inner(factor.from)) out.nodes.add(edge.from);
  const angle = (Math.atan2(edge.target.y - edge.source.y, edge.target.x - edge.source.x) * 180) / Math.PI;
  add((edge.source.x + edge.target.x) / 2, (edge.source.y + edge.target.y) / 2, angle);
}
