// Where the nodes of a network of dense layers stand, and how its edges are coloured: the book's picture, for any size.
import type { Network, NetworkEdge, NetworkNode } from '../api/types';

export interface PlacedNode extends NetworkNode {
  x: number;
  y: number;
  hue: number | null; // null: an input, drawn white
}

export interface PlacedEdge extends NetworkEdge {
  source: PlacedNode;
  target: PlacedNode;
  hue: number;
  shade: number; // 0 light to 1 dark, by the order of the sources
  window?: { x: number; y: number; bar: number }; // of a small convolution: its kernel node, and where the products meet
}

export interface Layout {
  width: number;
  height: number;
  radius: number;
  nodes: PlacedNode[];
  edges: PlacedEdge[];
  layers: PlacedNode[][];
}

// Hues of nodes within a layer; the output, and the code of an autoencoder, are orange.
const kHues = [4, 214, 142, 276, 186, 326, 82, 24];
const kOrange = 33;
const kGold = 46; // feature maps

const kMostPlaces = 8; // nodes of a convolution that is drawn place by place
const kWindow = 205; // from one place of the window to the next

const kRoomy = 150; // between two nodes with numbers around them
const kColumn = 270;
const kWidest = 1.4; // width by height
const kNarrowest = 1.3;
const kMargin = { left: 150, right: 190, top: 76, bottom: 92 };

export function layOut(network: Network): Layout {
  const nodes = network.nodes ?? [];
  const count = 1 + Math.max(0, ...nodes.map((n) => n.layer));
  const layers = Array.from({ length: count }, (_, k) => nodes.filter((n) => n.layer === k));
  const most = Math.max(1, ...layers.map((layer) => layer.length));
  const gap = most > 24 ? 34 : most > 10 ? 56 : most > 5 ? 96 : most > 3 ? 150 : 200;
  const radius = most > 24 ? 11 : most > 10 ? 16 : 29;
  const tall = (most - 1) * gap + kMargin.top + kMargin.bottom;
  const room = (tall * kNarrowest - kMargin.left - kMargin.right) / Math.max(count - 1, 1);
  const shared = sharedWeights(network.edges ?? []);
  // A small convolution stands as the book draws it: a column of kernel nodes for each place of the window.
  const isKernel = (edge: NetworkEdge) => shared.includes(edge.weight) && layers[0]!.some((n) => n.name === edge.from);
  const windows = shared.length > 0 && most <= kMostPlaces && (network.edges ?? []).some(isKernel) ? layers[1]!.map((n) => n.name) : [];
  const column = windows.length > 0 ? kColumn : Math.max(count === 3 ? 345 : kColumn, room);
  const extra = windows.length * kWindow - (windows.length > 0 ? kColumn - 215 : 0);
  const width = kMargin.left + (count - 1) * column + extra + kMargin.right;
  // A wide picture is also tall: its labels need the room.
  const inner = Math.max((most - 1) * gap, 200, width / kWidest - kMargin.top - kMargin.bottom);
  const height = kMargin.top + inner + kMargin.bottom;
  const placed = layers.map((layer, k) =>
    layer.map((node, i): PlacedNode => {
      const n = layer.length;
      const full = most > 1 ? (inner * (n - 1)) / (most - 1) : 0;
      // A smaller layer stands closer together, but not as close as it could.
      const close = 0.75 * (most > 3 ? Math.sqrt(full * inner) : full);
      const span = n === most ? full : Math.max(close, Math.min((n - 1) * kRoomy, full));
      const y = kMargin.top + inner / 2 + (n > 1 ? -span / 2 + (span * i) / (n - 1) : 0);
      return { ...node, x: kMargin.left + k * column + (k > 0 ? extra : 0), y, hue: hueOf(node, i, k, count) };
    }),
  );
  const byName = new Map(placed.flat().map((n) => [n.name, n]));
  const order = new Map<string, number>();
  const edges = (network.edges ?? []).flatMap((edge): PlacedEdge[] => {
    const source = byName.get(edge.from);
    const target = byName.get(edge.to);
    if (!source || !target) return [];
    // Several outputs would repeat one colour: their edges take that of where they come from.
    const bySource = target.layer === count - 1 && layers[count - 1]!.length > 1 && source.hue !== null;
    const key = (bySource ? 'from ' + edge.from : 'to ' + edge.to);
    const place = order.get(key) ?? 0;
    order.set(key, place + 1);
    const siblings = bySource ? layers[count - 1]!.length : layers[source.layer]!.length;
    const shade = siblings > 1 ? place / (siblings - 1) : 0.35;
    const kernel = shared.indexOf(edge.weight);
    if (kernel >= 0) {
      const place = isKernel(edge) ? windows.indexOf(edge.to) : -1;
      const x = source.x + 130 + place * kWindow;
      const window = place < 0 ? {} : { window: { x, y: source.y, bar: x + kWindow - 48 } };
      return [{ ...edge, source, target, shade: 0.35, hue: kHues[kernel % kHues.length]!, ...window }];
    }
    return [{ ...edge, source, target, shade, hue: (bySource ? source.hue : target.hue) ?? kOrange }];
  });
  return { width, height, radius, nodes: placed.flat(), edges, layers: placed };
}

// Weights that join several pairs of nodes: the kernel of a convolution.
function sharedWeights(edges: NetworkEdge[]): string[] {
  const count = new Map<string, number>();
  for (const { weight } of edges) count.set(weight, (count.get(weight) ?? 0) + 1);
  return [...count].flatMap(([weight, n]) => (n > 1 ? [weight] : []));
}

function hueOf(node: NetworkNode, i: number, layer: number, count: number): number | null {
  if (layer === 0) return null;
  if (layer === count - 1 || node.letter === 'M') return kOrange;
  if (node.letter === 'C') return kGold;
  return kHues[i % kHues.length]!;
}

// The colour of an edge or its text on paper or in the dark; text keeps its distance from the ground.
export function edgeColour(edge: { hue: number; shade: number }, isDark: boolean, isText = false): string {
  const isOrange = edge.hue === kOrange || edge.hue === kGold; // lighter to the eye than other hues
  const light = isDark ? (isText ? 80 : 72) - 14 * edge.shade : (isText ? 44 : 62) - (isText ? 14 : 30) * edge.shade;
  const value = isDark ? light : isOrange ? Math.max(light - (isText ? 14 : 12), 26) : light;
  return `hsl(${edge.hue} ${isDark ? 82 : 84}% ${value.toFixed(0)}%)`;
}

export interface EdgeLine {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  angle: number; // in degrees
}

// An edge stops short of its nodes.
export function edgeLine(edge: PlacedEdge, radius: number): EdgeLine {
  if (edge.window) {
    const { x, y } = edge.window;
    return { x1: edge.source.x + radius * 1.3, y1: y, x2: x - radius, y2: y, angle: 0 };
  }
  const dx = edge.target.x - edge.source.x;
  const dy = edge.target.y - edge.source.y;
  const length = Math.hypot(dx, dy);
  const stop = (radius * 1.3) / length;
  return {
    x1: edge.source.x + dx * stop,
    y1: edge.source.y + dy * stop,
    x2: edge.target.x - dx * stop,
    y2: edge.target.y - dy * stop,
    angle: (Math.atan2(dy, dx) * 180) / Math.PI,
  };
}
