// Whole arrays of a moment, as the server sends them (docs/studio-api.md): apart, and as tiles of a picture.
export interface Tensor {
  shape: number[];
  block: number; // 1: whole; else each number stands for a block of so many by so many
  data: Float32Array;
}

export function readTensors(bytes: ArrayBuffer, names: string[]): Map<string, Tensor> {
  const counts = new DataView(bytes);
  let at = 0;
  const next = () => {
    const count = counts.getUint32(at, true);
    at += 4;
    return count;
  };
  const found = new Map<string, Tensor>();
  for (const name of names) {
    const dimensions = next();
    const shape = Array.from({ length: dimensions }, next);
    const block = next();
    const size = shape.reduce((product, n) => product * n, 1);
    found.set(name, { shape, block, data: new Float32Array(bytes, at, size) });
    at += 4 * size;
  }
  return found;
}

// A picture of tiles: number (tile, row, column) is data[index(tile, row, column)], or nothing.
export interface Tiles {
  count: number; // shown
  all: number;
  rows: number;
  columns: number;
  index: (tile: number, row: number, column: number) => number | null;
}

const kMostTiles = 64;
const kSmallestImage = 8;
const kInARow = 20;

const kTall = 60; // rows

// A matrix as it is; one much taller than wide, as pieces beside one another.
function whole(all: number, columns: number): Tiles {
  const count = all > Math.max(kTall, 4 * columns) ? Math.min(kMostTiles, Math.ceil(all / columns)) : 1;
  const rows = Math.ceil(all / count);
  const index = (tile: number, row: number, column: number) => {
    const at = tile * rows + row;
    return at < all ? at * columns + column : null;
  };
  return { count, all: count, rows, columns, index };
}

// Values of nodes: maps (C, H, W) side by side, a matrix as it is, a list as rows of a picture that is nearly square.
export function tilesOfValues(shape: number[]): Tiles {
  if (shape.length === 3) {
    const [maps, rows, columns] = shape as [number, number, number];
    const index = (tile: number, row: number, column: number) => (tile * rows + row) * columns + column;
    return { count: Math.min(maps, kMostTiles), all: maps, rows, columns, index };
  }
  if (shape.length === 2) return whole(shape[0]!, shape[1]!);
  const count = shape.reduce((product, n) => product * n, 1);
  const columns = count <= 12 ? 1 : Math.ceil(Math.sqrt(count / 1.4));
  const index = (_: number, row: number, column: number) => (row * columns + column < count ? row * columns + column : null);
  return { count: 1, all: 1, rows: Math.ceil(count / columns), columns, index };
}

// A kernel (C_in, k_h, k_w, C_out) as an image for each pair of maps; a matrix as it is, or, where it looks at an image,
// as one image for each unit; a list as a row.
export function tilesOfKernel(shape: number[], input: number[]): Tiles {
  if (shape.length === 4 && shape[1]! * shape[2]! > 1) {
    const [from, rows, columns, to] = shape as [number, number, number, number];
    const index = (tile: number, row: number, column: number) =>
      (((tile % from) * rows + row) * columns + column) * to + Math.floor(tile / from);
    return { count: Math.min(from * to, kMostTiles), all: from * to, rows, columns, index };
  }
  if (shape.length === 2) {
    const [from, units] = shape as [number, number];
    const [rows, columns] = input.slice(-2) as [number, number];
    const isImage = input.length >= 2 && rows * columns === from && rows >= kSmallestImage;
    if (!isImage) return whole(from, units);
    const index = (tile: number, row: number, column: number) => (row * columns + column) * units + tile;
    return { count: Math.min(units, kMostTiles), all: units, rows, columns, index };
  }
  if (shape.length === 1) return shape[0]! > kInARow ? tilesOfValues(shape) : whole(1, shape[0]!);
  const last = shape[shape.length - 1] ?? 1;
  return whole(shape.reduce((product, n) => product * n, 1) / last, last);
}

// Where in its shape a number stands: 17 of (3, 4, 5) is [0,3,2].
export function placeIn(shape: number[], flat: number): string {
  const place: number[] = [];
  let rest = flat;
  for (const n of [...shape].reverse()) {
    place.unshift(rest % n);
    rest = Math.floor(rest / n);
  }
  return `[${place.join(',')}]`;
}

// What the engine calls it.
export const quantityAt = (array: string, shape: number[], flat: number): string =>
  array === 'input' ? `I${flat + 1}` : array + placeIn(shape, flat);

// The cells of some numbers: tile, row, column.
export function cellsOf(tiles: Tiles, wanted: Iterable<number>): Map<number, [number, number, number]> {
  const left = new Set(wanted);
  const found = new Map<number, [number, number, number]>();
  for (let tile = 0; tile < tiles.count && left.size > 0; ++tile)
    for (let row = 0; row < tiles.rows; ++row)
      for (let column = 0; column < tiles.columns; ++column) {
        const flat = tiles.index(tile, row, column);
        if (flat !== null && left.delete(flat)) found.set(flat, [tile, row, column]);
      }
  return found;
}

// Of largest magnitude; 0 of none.
export function largestOf(data: Float32Array): number {
  let best = 0;
  data.forEach((x, i) => {
    if (Math.abs(x) > Math.abs(data[best]!)) best = i;
  });
  return best;
}
