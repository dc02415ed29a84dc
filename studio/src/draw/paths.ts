// Which nodes and weights a derivation runs through, and where its factors stand on the diagram.
import type { Explanation, Factor } from '../api/types';
import { placeLabels } from './labels';
import type { Layout, PlacedEdge, PlacedNode } from './layout';
import { asNumber, numberLabel } from './number';

export interface PlacedFactor {
  key: string;
  x: number;
  y: number;
  angle: number;
  text: string; // symbol and number, with marks
}

export interface Lit {
  nodes: Set<string>;
  edges: Set<string>; // from their source on
  kernels: Set<string>; // edges whose weight is itself passed, on to the node that they lead to
  biases: Set<string>; // nodes whose bias is where a path ends
  outputs: Set<string>; // nodes that the loss is computed from
  factors: PlacedFactor[];
}

const kCrop = 70; // of the left margin: no inputs are written there
const kLossAway = 225; // from the last layer
const kBead = 0.3; // of the way along an edge, where a shared weight stands

// The loss, which every path begins at, stands to the right of the outputs.
export function lossPlace(layout: Layout): { x: number; y: number } {
  const outputs = layout.layers[layout.layers.length - 1]!;
  const x = outputs[0]!.x + kLossAway;
  return { x, y: outputs.reduce((sum, n) => sum + n.y, 0) / outputs.length };
}

export const viewBox = (layout: Layout): string => `${kCrop} 0 ${lossPlace(layout).x + 90 - kCrop} ${layout.height}`;

// Of text, in the diagram's units; a convolution that is drawn place by place is wide.
const hasWindows = (layout: Layout) => layout.edges.some((e) => e.window);
export const factorSize = (layout: Layout): number => (hasWindows(layout) ? 23 : 19);

// Where the weight of an edge stands as a node: of a small convolution in its column, else on the line.
export function kernelPlace(edge: PlacedEdge): { x: number; y: number } {
  const { source, target, window } = edge;
  return window ?? { x: source.x + kBead * (target.x - source.x), y: source.y + kBead * (target.y - source.y) };
}

// Weights that enter at several places.
export function sharedWeights(layout: Layout): Set<string> {
  const seen = new Set<string>();
  return new Set(layout.edges.flatMap(({ weight }) => (seen.size === seen.add(weight).size ? [weight] : [])));
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

// What stands at one place: one factor, or that of every sample.
interface Group {
  text: string; // symbol
  at: { x: number; y: number; angle?: number } | PlacedEdge;
  values: number[];
}

const isEdge = (at: Group['at']): at is PlacedEdge => 'weight' in at;

// `which`: a path by its number, or null for all of them.
export function lit(layout: Layout, explanation: Explanation, which: number | null): Lit {
  const out: Lit = { nodes: new Set(), edges: new Set(), kernels: new Set(), biases: new Set(), outputs: new Set(), factors: [] };
  const paths = which === null ? explanation.paths : explanation.paths.slice(which, which + 1);
  const used = [...new Set(paths.flatMap((p) => p.factors))].flatMap((index) => explanation.factors[index] ?? []);
  const samples = new Set(used.map((f) => f.sample));
  const nodes = new Map(layout.nodes.map((n) => [n.name, n]));
  const into = new Map<string, PlacedEdge[]>();
  for (const edge of layout.edges) into.set(edge.to, [...(into.get(edge.to) ?? []), edge]);
  const groups = new Map<string, Group>();
  for (const factor of used) {
    const ofSample = samples.size === 1 ? `${factor.sample}` : 'n';
    const text = factor.from === 'L' ? `\u2202L/\u2202L^{(${ofSample})}` : `\u2202${factor.of_symbol}/\u2202${factor.from_symbol}`;
    for (const at of passed(factor, layout, nodes, into, out)) {
      const key = `${factor.of} ${factor.from} ${isEdge(at) ? at.id : ''}`;
      const group = groups.get(key) ?? { text, at, values: [] };
      group.values.push(asNumber(factor.value));
      groups.set(key, group);
    }
  }
  out.factors = placed(layout, groups);
  return out;
}

// Lights what a factor joins; where it stands.
function passed(factor: Factor, layout: Layout, nodes: Map<string, PlacedNode>, into: Map<string, PlacedEdge[]>, out: Lit): Group['at'][] {
  const of = nodes.get(inner(factor.of));
  const from = nodes.get(inner(factor.from));
  if (from) out.nodes.add(from.name);
  if (!of) {
    const loss = lossPlace(layout);
    if (!from) return [{ x: loss.x - 20, y: loss.y - layout.radius - 44 }];
    out.outputs.add(from.name);
    if (from.y === loss.y) return [{ x: (from.x + loss.x) / 2, y: from.y - layout.radius - 12 }]; // above both
    const angle = (Math.atan2(loss.y - from.y, loss.x - from.x) * 180) / Math.PI;
    return [{ x: (from.x + loss.x) / 2, y: (from.y + loss.y) / 2 - 10, angle }];
  }
  out.nodes.add(of.name);
  // Beside a window's features the ways on take the room on one side.
  const isAbove = hasWindows(layout) && of.y < lossPlace(layout).y - layout.radius;
  if (of === from) return [{ x: of.x, y: isAbove ? of.y - layout.radius - 14 : of.y + layout.radius + 26 }];
  const edges = (into.get(of.name) ?? []).filter((e) => e.weight === factor.from || e.from === from?.name);
  if (edges.length === 0) {
    out.biases.add(of.name);
    return [{ x: of.x - layout.radius * 1.1, y: of.y - layout.radius - (isAbove ? 42 : 20) }];
  }
  for (const edge of edges) {
    if (!from) out.kernels.add(edge.id);
    if (from || !edge.window) out.edges.add(edge.id);
  }
  const shared = from ? null : sharedWeights(layout);
  return edges.map((edge) => {
    if (edge.window) return { x: edge.window.x - 25, y: edge.window.y + layout.radius + 22 };
    return shared?.has(edge.weight) ? pastBead(edge) : edge;
  });
}

// Between the node of a shared weight and where it leads.
function pastBead({ source, target }: PlacedEdge): { x: number; y: number; angle: number } {
  const share = 0.64;
  const turn = Math.atan2(target.y - source.y, target.x - source.x);
  const at = (from: number, to: number) => from + share * (to - from);
  return { x: at(source.x, target.x) + 10 * Math.sin(turn), y: at(source.y, target.y) - 10 * Math.cos(turn), angle: (turn * 180) / Math.PI };
}

const kUnder = '\u2202H_{4}/\u2202H_{4_{in}} = \u22120.000'; // about what stands under a node

// Those on edges find places where they do not lie on each other.
function placed(layout: Layout, groups: Map<string, Group>): PlacedFactor[] {
  const onEdges = [...groups.values()].flatMap(({ at, text }) => (isEdge(at) ? [{ edge: at, text }] : []));
  const texts = onEdges.map(({ text }) => `${text} = \u22120.000`);
  const size = factorSize(layout);
  const { edges: spots } = placeLabels({ ...layout, edges: onEdges.map(({ edge }) => edge) }, { size, ends: size, edges: texts, bias: () => '', under: () => [kUnder] });
  return [...groups].map(([key, { at, text, values }]) => {
    const spot = isEdge(at) ? spots[onEdges.findIndex(({ edge }) => edge === at)]! : at;
    return { key, x: spot.x, y: spot.y, angle: spot.angle ?? 0, text: `${text} = ${span(values)}` };
  });
}

// One number, or how far those of the samples reach.
function span(values: number[]): string {
  const [least, most] = [numberLabel(Math.min(...values)), numberLabel(Math.max(...values))];
  return least === most ? least : `${least}\u2009\u2026\u2009${most}`;
}
