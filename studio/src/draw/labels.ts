// Labels on edges, so that none lies on another: each takes the first place along its edge that is still free.
import { markedWidth } from './marks';
import { type EdgeLine, edgeLine, type Layout, type PlacedNode } from './layout';

export interface EdgeLabel {
  x: number;
  y: number;
  angle: number;
}

const kPlaces = [0.5, 0.46, 0.54, 0.42, 0.58, 0.38, 0.62, 0.34, 0.66, 0.3, 0.7, 0.26, 0.74, 0.22, 0.78, 0.18, 0.82];
const kMostPlaced = 300; // edges; of more only a few are labelled at a time, in the middle
const kAbove = 13; // of its line, the middle of the text

interface Spot {
  x: number;
  y: number;
}

// A label as spots along its line.
function spots(line: EdgeLine, t: number, width: number, size: number): Spot[] {
  const length = Math.hypot(line.x2 - line.x1, line.y2 - line.y1) || 1;
  const x = line.x1 + (line.x2 - line.x1) * t + (kAbove * (line.y2 - line.y1)) / length;
  const y = line.y1 + (line.y2 - line.y1) * t - (kAbove * (line.x2 - line.x1)) / length;
  const count = Math.max(2, Math.ceil(width / size));
  return Array.from({ length: count }, (_, i) => {
    const d = (i / (count - 1) - 0.5) * width;
    return { x: x + ((line.x2 - line.x1) / length) * d, y: y + ((line.y2 - line.y1) / length) * d };
  });
}

// What a node and the texts around it take: its bias above on the left, two numbers below.
function ownSpots(node: PlacedNode, radius: number, rows: number): Spot[] {
  const row = (y: number, from: number, to: number) => Array.from({ length: 9 }, (_, i) => ({ x: node.x + from + ((to - from) * i) / 8, y }));
  const below = [node.y + radius + 18, node.y + radius + 42].slice(0, rows).flatMap((y) => row(y, -70, 70));
  return [node, ...below, ...(node.bias ? row(node.y - radius * 1.85, -102, 38) : [])];
}

// `size` of the text, in the diagram's units; `rows`: how many numbers stand under a node.
export function placeLabels(layout: Layout, texts: string[], size: number, rows: (node: PlacedNode) => number = () => 2): EdgeLabel[] {
  if (layout.edges.length > kMostPlaced)
    return layout.edges.map((edge) => {
      const line = edgeLine(edge, layout.radius);
      return { x: (line.x1 + line.x2) / 2, y: (line.y1 + line.y2) / 2, angle: line.angle };
    });
  const taken: Spot[] = layout.nodes.flatMap((n) => ownSpots(n, layout.radius, rows(n)));
  const near = (a: Spot, b: Spot) => Math.abs(a.x - b.x) < size * 1.1 && Math.abs(a.y - b.y) < size * 1.35;
  return layout.edges.map((edge, i) => {
    const line = edgeLine(edge, layout.radius);
    const width = markedWidth(texts[i] ?? '') * size;
    const length = Math.hypot(line.x2 - line.x1, line.y2 - line.y1);
    let best = { clash: Infinity, t: 0.5, spots: [] as Spot[] };
    for (const t of kPlaces) {
      const own = spots(line, t, width, size);
      const isOver = Math.min(t, 1 - t) * length < width / 2; // it would run into a node
      const clash = own.reduce((sum, s) => sum + taken.filter((other) => near(s, other)).length, isOver ? 8 : 0);
      if (clash < best.clash) best = { clash, t, spots: own };
      if (clash === 0) break;
    }
    taken.push(...best.spots);
    const at = { x: line.x1 + (line.x2 - line.x1) * best.t, y: line.y1 + (line.y2 - line.y1) * best.t };
    return { ...at, angle: line.angle };
  });
}
