// Rectangles that are turned, as the labels along edges are, and whether two of them touch.
export interface Box {
  x: number; // of its middle
  y: number;
  width: number;
  height: number;
  cos: number; // of its angle
  sin: number;
  reachX: number; // how far it goes from its middle
  reachY: number;
}

export function boxAt(x: number, y: number, width: number, height: number, angle = 0): Box {
  const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  const reachX = (width * Math.abs(cos) + height * Math.abs(sin)) / 2;
  const reachY = (width * Math.abs(sin) + height * Math.abs(cos)) / 2;
  return { x, y, width, height, cos, sin, reachX, reachY };
}

// Whether the sides of `a` do not part it from `b`.
function isWithin(a: Box, b: Box): boolean {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const cos = Math.abs(a.cos * b.cos + a.sin * b.sin);
  const sin = Math.abs(a.cos * b.sin - a.sin * b.cos);
  return (
    2 * Math.abs(dx * a.cos + dy * a.sin) < a.width + b.width * cos + b.height * sin &&
    2 * Math.abs(dy * a.cos - dx * a.sin) < a.height + b.width * sin + b.height * cos
  );
}

// Two rectangles are apart if the direction of a side of either of them parts them.
export const touches = (a: Box, b: Box): boolean =>
  Math.abs(b.x - a.x) < a.reachX + b.reachX && Math.abs(b.y - a.y) < a.reachY + b.reachY && isWithin(a, b) && isWithin(b, a);

// A line is a rectangle without height.
export const segmentBox = ({ x1, y1, x2, y2 }: { x1: number; y1: number; x2: number; y2: number }): Box =>
  boxAt((x1 + x2) / 2, (y1 + y2) / 2, Math.hypot(x2 - x1, y2 - y1), 0, (Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI);
