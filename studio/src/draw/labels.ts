// Where the texts around a network stand, so that none lies on another or on a node: each has places it may take, the
// best first; one that finds its places taken moves others on, and one without any is shown only when it is looked at.
import { type Box, boxAt, segmentBox, touches } from './boxes';
import { edgeLine, type Layout, type PlacedEdge, type PlacedNode } from './layout';
import { markedWidth } from './marks';

export interface LabelTexts {
  size: number; // in the diagram's units
  edges: string[]; // '' for none
  bias: (node: PlacedNode) => string;
  under: (node: PlacedNode) => string[];
  ends: number; // size of the numbers that come in and go out
}

export interface LabelPlace {
  x: number; // of the middle of its baseline
  y: number;
  angle: number;
  box: Box;
  isFree: boolean; // false: it would lie on something
}

export interface Labels {
  size: number;
  edges: LabelPlace[];
  biases: Map<string, LabelPlace>; // by the name of the node
  under: Map<string, { rows: LabelPlace[]; isFree: boolean }>;
}

const kAlong = [0.5, 0.46, 0.54, 0.42, 0.58, 0.38, 0.62, 0.34, 0.66, 0.3, 0.7, 0.26, 0.74, 0.22, 0.78, 0.18, 0.82];
export const kMostLabelled = 60; // edges; of more only those of what is looked at are labelled
const kSizes = [1.3, 1.2, 1.1, 1, 0.94, 0.88, 0.82]; // tried in turn until all have a place
const kPlainWidth = 1090; // of a picture with texts of their plain size: in a wider one they are larger, as it is drawn smaller
const kRise = 9; // of a baseline above its line
const kDrop = 5; // of a text below its line
const kAscent = 0.76; // of a text, in its size
const kDescent = 0.36; // with an index
const kAir = 3; // between two texts
const kMostMoves = 12; // for each text
const kNodeWeight = 10000; // the numbers of nodes go before those of edges
const kEdgeWeight = 100;
const kNumber = '\u22120.00\u00d710^{\u22120}'; // as long as numbers are

// A text whose baseline has its middle at x, y.
function textPlace(text: string, x: number, y: number, size: number, angle = 0): LabelPlace {
  const a = (angle * Math.PI) / 180;
  const lift = ((kAscent - kDescent) / 2) * size;
  const box = boxAt(x + lift * Math.sin(a), y - lift * Math.cos(a), markedWidth(text) * size + kAir, (kAscent + kDescent) * size, angle);
  return { x, y, angle, box, isFree: true };
}

interface Item {
  places: LabelPlace[];
  cost: number[]; // of each; the least is best
  open: { place: LabelPlace; cost: number }[]; // those on which nothing lies that does not move
  taken: LabelPlace | null;
  weight: number; // against being moved
}

const item = (places: LabelPlace[], weight: number, cost = places.map((_, i) => i)): Item => ({ places, cost, open: [], taken: null, weight });

// Along its edge, above it or below it; better in the middle, above, and not across other edges.
function edgePlaces(edge: PlacedEdge, text: string, size: number, layout: Layout, lines: Box[]): Item {
  const line = edgeLine(edge, layout.radius);
  const length = Math.hypot(line.x2 - line.x1, line.y2 - line.y1) || 1;
  const half = markedWidth(text) * size / 2;
  const places: LabelPlace[] = [];
  const cost: number[] = [];
  for (const isBelow of [false, true])
    for (const [i, t] of kAlong.entries()) {
      if (Math.min(t, 1 - t) * length < half - 0.3 * layout.radius && i > 0) continue; // it would run into a node
      const off = isBelow ? kDrop + kAscent * size : -kRise;
      const x = line.x1 + (line.x2 - line.x1) * t - (off * (line.y2 - line.y1)) / length;
      const y = line.y1 + (line.y2 - line.y1) * t + (off * (line.x2 - line.x1)) / length;
      const place = textPlace(text, x, y, size, line.angle);
      places.push(place);
      cost.push(i + (isBelow ? 7 : 0) + 5 * lines.filter((other) => touches(place.box, other)).length);
    }
  return item(places, kEdgeWeight, cost);
}

// Above the node on the left, where its arrow comes from; moved aside or up where that is taken.
function biasPlaces(node: PlacedNode, text: string, size: number, radius: number): Item {
  const tail = { x: node.x - radius * 1.3, y: node.y - radius * 1.7 };
  const half = (markedWidth(text) * size) / 2;
  const asides = [0.1 * radius, 0.4 * half, -0.4 * half, 0.8 * half, -0.8 * half];
  return item([0, 0.35, 0.7].flatMap((up) => asides.map((aside) => textPlace(text, tail.x + aside, tail.y - up * radius, size))), kNodeWeight);
}

export const underBaseline = (node: PlacedNode, radius: number, row: number, size: number): number => node.y + radius + 7 + size + 1.45 * size * row;

// What does not move: nodes, and the numbers that come in and go out.
function fixedBoxes(layout: Layout, size: number): Box[] {
  const { radius, layers, edges } = layout;
  const side = 1.8 * radius;
  const wide = markedWidth(kNumber) * size + 40;
  const last = layers.length - 1;
  const ends = layout.nodes.flatMap((n): Box[] => {
    if (n.layer === 0) return [boxAt(n.x - radius - wide / 2, n.y, wide, size)];
    return n.layer === last ? [boxAt(n.x + radius + wide / 2, n.y + 4, wide, 2.2 * size)] : [];
  });
  const kernels = edges.flatMap((e) => (e.window ? [boxAt((e.window.x + e.window.bar) / 2, e.window.y, e.window.bar - e.window.x + radius, 2 * radius)] : []));
  return [...layout.nodes.map((n) => boxAt(n.x, n.y, side, side)), ...ends, ...kernels];
}

// Each takes its best place that is free; who has none takes the one that moves the fewest, and these look again.
function settle(items: Item[], isOpen: (box: Box) => boolean): void {
  for (const it of items) it.open = it.places.flatMap((place, i) => (isOpen(place.box) ? [{ place, cost: it.cost[i]! }] : [])).sort((a, b) => a.cost - b.cost);
  const waiting = items.filter((it) => !it.taken && it.open.length > 0);
  const moved = new Map<Item, number>();
  for (let moves = 0; waiting.length > 0 && moves < kMostMoves * items.length; ++moves) {
    const it = waiting.shift()!;
    let best = { cost: Infinity, place: it.open[0]!.place, others: [] as Item[] };
    for (const { place, cost } of it.open) {
      if (cost >= best.cost) break;
      const others = items.filter((other) => other !== it && other.taken && touches(place.box, other.taken.box));
      // Who has been moved often is moved less gladly: so two do not push one another away for ever.
      const sum = cost + others.reduce((all, other) => all + other.weight * (1 + (moved.get(other) ?? 0)), 0);
      if (sum < best.cost) best = { cost: sum, place, others };
    }
    for (const other of best.others) {
      other.taken = null;
      moved.set(other, (moved.get(other) ?? 0) + 1);
      waiting.push(other);
    }
    it.taken = best.place;
  }
}

const shown = (it: Item): LabelPlace => it.taken ?? { ...it.places[0]!, isFree: false };

export function placeLabels(layout: Layout, texts: LabelTexts): Labels {
  let found: Tried | null = null;
  for (const share of layout.edges.length > kMostLabelled ? [1] : kSizes.filter((x) => x <= Math.max(1, layout.width / kPlainWidth))) {
    const tried = placeAt(layout, texts, texts.size * share);
    if (!found || tried.hidden < found.hidden) found = tried;
    if (found.hidden === 0) break;
  }
  return found!.labels;
}

interface Tried {
  labels: Labels;
  hidden: number; // texts without a place
}

function placeAt(layout: Layout, texts: LabelTexts, size: number): Tried {
  const { radius, nodes, edges } = layout;
  const isSmall = edges.length <= kMostLabelled;
  const fixed = fixedBoxes(layout, texts.ends);
  const lines = edges.map((edge) => segmentBox(edgeLine(edge, radius)));
  const biases = nodes.map((n) => (texts.bias(n) ? biasPlaces(n, texts.bias(n), size, radius) : null));
  const rows = nodes.map((n) => texts.under(n).map((text, row) => item([textPlace(text, n.x, underBaseline(n, radius, row, size), size)], kNodeWeight)));
  const along = edges.map((edge, i) =>
    edgePlaces(edge, texts.edges[i] ?? '', size, layout, isSmall ? lines.filter((_, k) => k !== i) : []),
  );
  const isInside = (b: Box) => b.x > b.reachX && b.x + b.reachX < layout.width && b.y > b.reachY && b.y + b.reachY < layout.height;
  const isOpen = (box: Box) => isInside(box) && !fixed.some((other) => touches(box, other));
  const around = biases.flatMap((b) => b ?? []);
  settle([...rows.flat(), ...around], isOpen);
  // Of a layer in which some nodes have no room for their numbers, none shows them.
  for (const layer of new Set(nodes.map((n) => n.layer))) {
    const own = rows.filter((_, i) => nodes[i]!.layer === layer).flat();
    if (own.some((row) => !row.taken)) for (const row of own) row.taken = null;
  }
  const kept = rows.flat().filter((row) => row.taken);
  const labelled = isSmall ? along.filter((_, i) => texts.edges[i]) : [];
  settle([...kept, ...around, ...labelled], isOpen);
  const hidden = [...rows.flat(), ...around, ...labelled].filter((it) => !it.taken).length;
  const under = new Map(nodes.map((n, i) => [n.name, { rows: rows[i]!.map(shown), isFree: rows[i]!.every((r) => r.taken) }]));
  const named = new Map(nodes.flatMap((n, i) => (biases[i] ? [[n.name, shown(biases[i]!)] as const] : [])));
  return { labels: { size, edges: along.map(shown), biases: named, under }, hidden };
}
