// Edges of a network of several hundred of them, on a canvas: lines of the same look are drawn in one stroke.
import { edgeColour, edgeLine, type EdgeLine, type Layout } from './layout';

const kLevels = 8; // of strength
const kReach = 7; // of the pointer, in units of the diagram

export interface EdgeSet {
  lines: EdgeLine[];
  looks: string[]; // hue and shade of each, as a key
}

export function prepareEdges(layout: Layout): EdgeSet {
  return {
    lines: layout.edges.map((edge) => edgeLine(edge, layout.radius)),
    looks: layout.edges.map((edge) => `${edge.hue} ${Math.round(edge.shade * 3) / 3}`),
  };
}

// From units of the diagram to pixels of the canvas.
export interface Frame {
  scale: number;
  left: number;
  top: number;
}

export function drawEdges(context: CanvasRenderingContext2D, set: EdgeSet, strengths: number[], frame: Frame, isDark: boolean): void {
  const bundles = new Map<string, number[]>();
  strengths.forEach((strength, i) => {
    const key = `${Math.min(kLevels - 1, Math.floor(strength * kLevels))} ${set.looks[i]}`;
    const bundle = bundles.get(key);
    if (bundle) bundle.push(i);
    else bundles.set(key, [i]);
  });
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.setTransform(frame.scale, 0, 0, frame.scale, frame.left, frame.top);
  const order = [...bundles].sort((a, b) => Number(a[0].split(' ')[0]) - Number(b[0].split(' ')[0]));
  for (const [key, members] of order) {
    const [level, hue, shade] = key.split(' ').map(Number) as [number, number, number];
    const strength = (level + 0.5) / kLevels;
    context.strokeStyle = edgeColour({ hue, shade }, isDark);
    context.globalAlpha = 0.12 + 0.88 * strength;
    context.lineWidth = 0.5 + 3 * strength;
    context.beginPath();
    for (const i of members) {
      const { x1, y1, x2, y2 } = set.lines[i]!;
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
    }
    context.stroke();
  }
  context.globalAlpha = 1;
}

// The edge nearest to a point, if one is near enough; of several the strongest.
export function edgeAt(set: EdgeSet, strengths: number[], x: number, y: number): number | null {
  let best: number | null = null;
  let least = Infinity;
  set.lines.forEach((line, i) => {
    const dx = line.x2 - line.x1;
    const dy = line.y2 - line.y1;
    const along = Math.max(0, Math.min(1, ((x - line.x1) * dx + (y - line.y1) * dy) / (dx * dx + dy * dy || 1)));
    const away = Math.hypot(line.x1 + along * dx - x, line.y1 + along * dy - y);
    const cost = away - 3 * (strengths[i] ?? 0);
    if (away <= kReach && cost < least) [best, least] = [i, cost];
  });
  return best;
}
