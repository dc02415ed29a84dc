// The line on which numbers on a grid cross a level: through each square of four neighbours, where its edges cross.
export type Segment = [x1: number, y1: number, x2: number, y2: number]; // in columns and rows of the grid

export function contour(values: ArrayLike<number>, rows: number, cols: number, level: number): Segment[] {
  const segments: Segment[] = [];
  const at = (r: number, c: number) => values[r * cols + c]! - level;
  const cut = (a: number, b: number) => a / (a - b);
  for (let r = 0; r + 1 < rows; ++r)
    for (let c = 0; c + 1 < cols; ++c) {
      const corners = [at(r, c), at(r, c + 1), at(r + 1, c + 1), at(r + 1, c)] as const;
      const [a, b, d, e] = corners;
      const points: [number, number][] = [];
      if (a > 0 !== b > 0) points.push([c + cut(a, b), r]);
      if (b > 0 !== d > 0) points.push([c + 1, r + cut(b, d)]);
      if (d > 0 !== e > 0) points.push([c + cut(e, d), r + 1]);
      if (e > 0 !== a > 0) points.push([c, r + cut(a, e)]);
      if (points.length === 2) segments.push([...points[0]!, ...points[1]!]);
      if (points.length === 4) {
        // A saddle: the middle of the square says which corners belong together.
        const isJoined = a + b + d + e > 0 === a > 0;
        const [p, q, s, u] = points as [[number, number], [number, number], [number, number], [number, number]];
        if (isJoined) segments.push([...p, ...q], [...s, ...u]);
        else segments.push([...u, ...p], [...q, ...s]);
      }
    }
  return segments;
}
