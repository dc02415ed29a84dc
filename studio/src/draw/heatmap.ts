// Numbers as colours: blue below zero and red above, or from dark to bright where none is negative.
import type { Tensor, Tiles } from './tensors';

export type Scale = { most: number; isSigned: boolean };

export function scaleOf(data: Float32Array): Scale {
  let most = 0;
  let isSigned = false;
  for (const x of data) {
    if (!Number.isFinite(x)) continue;
    most = Math.max(most, Math.abs(x));
    isSigned ||= x < 0;
  }
  return { most, isSigned };
}

type Colour = [number, number, number];
const kInferno: Colour[] = [[0, 0, 4], [40, 11, 84], [101, 21, 110], [159, 42, 99], [212, 72, 66], [245, 125, 21], [250, 193, 39], [252, 255, 164]];
const kRed: Colour = [190, 30, 20];
const kBlue: Colour = [20, 80, 200];
const kNotFinite: Colour = [255, 0, 255];

const mixed = (a: Colour, b: Colour, share: number): Colour => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
];

export function colourOf(x: number, { most, isSigned }: Scale, ground: Colour): Colour {
  if (!Number.isFinite(x)) return kNotFinite;
  const share = most > 0 ? Math.min(Math.abs(x) / most, 1) : 0;
  if (isSigned) return mixed(ground, x < 0 ? kBlue : kRed, share);
  const place = share * (kInferno.length - 1);
  const low = Math.min(Math.floor(place), kInferno.length - 2);
  return mixed(kInferno[low]!, kInferno[low + 1]!, place - low);
}

// How the tiles are laid out: so many in a row, each cell `cell` pixels wide, with a gap between tiles.
export interface Arrangement {
  across: number;
  cell: number;
  gap: number;
  width: number;
  height: number;
}

export function arrange(tiles: Tiles, room: number): Arrangement {
  const gap = tiles.count > 1 ? 3 : 0;
  const wanted = Math.ceil(Math.sqrt(tiles.count));
  const across = Math.max(1, Math.min(tiles.count, wanted));
  const cell = Math.max(1, Math.min(22, Math.floor((room - gap * (across - 1)) / (across * tiles.columns))));
  const down = Math.ceil(tiles.count / across);
  return {
    across,
    cell,
    gap,
    width: across * tiles.columns * cell + gap * (across - 1),
    height: down * tiles.rows * cell + gap * (down - 1),
  };
}

export function paint(image: ImageData, tensor: Tensor, tiles: Tiles, place: Arrangement, scale: Scale, isDark: boolean): void {
  const ground: Colour = isDark ? [38, 42, 49] : [250, 248, 244];
  const { across, cell, gap } = place;
  for (let t = 0; t < tiles.count; ++t) {
    const left = (t % across) * (tiles.columns * cell + gap);
    const top = Math.floor(t / across) * (tiles.rows * cell + gap);
    for (let r = 0; r < tiles.rows; ++r)
      for (let c = 0; c < tiles.columns; ++c) {
        const at = tiles.index(t, r, c);
        if (at === null) continue;
        const [red, green, blue] = colourOf(tensor.data[at]!, scale, ground);
        for (let y = 0; y < cell; ++y) {
          let to = 4 * ((top + r * cell + y) * image.width + left + c * cell);
          for (let x = 0; x < cell; ++x, to += 4) {
            image.data[to] = red;
            image.data[to + 1] = green;
            image.data[to + 2] = blue;
            image.data[to + 3] = 255;
          }
        }
      }
  }
}

// What lies under a point of the picture: tile, row and column.
export function cellAt(x: number, y: number, tiles: Tiles, { across, cell, gap }: Arrangement): [number, number, number] | null {
  const wide = tiles.columns * cell + gap;
  const tall = tiles.rows * cell + gap;
  const column = Math.floor((x % wide) / cell);
  const row = Math.floor((y % tall) / cell);
  const tile = Math.floor(y / tall) * across + Math.floor(x / wide);
  return column < tiles.columns && row < tiles.rows && tile < tiles.count && x >= 0 && y >= 0 ? [tile, row, column] : null;
}
