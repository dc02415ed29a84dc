// Requests of the pages for single ideas, and of those that try a run's network out (docs/studio-api.md).
import { get, getFloats, of, post, send } from './client';
import type { Num } from './types';

export interface Plane {
  rows: number;
  cols: number;
  values: number[];
}

export interface Slider {
  name: string;
  symbol: string;
  low: number;
  high: number;
  start: number;
}
export interface GalleryFunction {
  name: string;
  formula: string;
  derivative: string;
  sliders: Slider[];
  properties?: Record<string, boolean | number>;
}
export interface FunctionCurve {
  name: string;
  y: number[];
  slope: number[];
  bands: [number, number][];
  at: { x: number; y: number; slope: number };
}

export interface DepthRow {
  layer: number;
  mean: number;
  deviation: Num;
  zeros: number;
  flat: number;
  gradient_deviation: Num;
  edges: number[];
  counts: number[];
  gradient_edges: number[];
  gradient_counts: number[];
}
export interface Starts {
  activation: string;
  activations: string[];
  starts: { name: string; scale: number; verdict: string; rows: DepthRow[] }[];
}
export interface Symmetry {
  starts: { name: string; rows: { epoch: number; loss: Num; first: number[]; second: number[]; difference: number }[] }[];
}

export interface Named extends Plane {
  name: string;
  summary?: string;
}
export interface Choices {
  signals: { kernels: Named[]; pictures: Named[] };
  images: { kernels: Named[]; pictures: Named[] };
  paddings: string[];
}
export interface Axis {
  in: number;
  out: number;
  kernel: number;
  stride: number;
  dilation: number;
  before: number;
  after: number;
  extent: number;
}
export interface Tap {
  row: number;
  col: number;
  source?: [number, number];
  x: number;
  weight: number;
  product: number;
  read: boolean;
}
export interface Convolved {
  output: Plane;
  least: number;
  largest: number;
  mean_before: number;
  mean_after: number;
  arithmetic: string;
  rows: Axis;
  cols: Axis;
  unread: { rows: number[]; cols: number[] };
  window: { at: [number, number]; taps: Tap[]; value: number };
  kernel?: Plane;
  kernel_sum?: number;
  learning?: { loss: number; upstream: Plane; gradient: Plane; weight: [number, number]; terms: Plane; sum: number; next: Plane };
}

export interface Codes {
  parts: string[];
  part: string;
  samples: number;
  code: { symbol: string; low: number; high: number; mean: number }[];
  shape: [number, number, number] | null; // of pictures
  points: { sample: number; code: number[]; label?: number }[];
  classes: string[];
  amount?: string;
  fit?: { slope: number; intercept: number; r_squared: number };
  pairs: { sample: number; latent: number[]; input: number[]; output: number[]; error: number }[];
}
export interface Decoded {
  latent: number[];
  output: number[];
}

export interface PlaneAxis {
  input: number;
  name: string;
  low: number;
  high: number;
}
export interface BoundaryUnit {
  name: string;
  symbol: string;
  column: number;
  output: boolean;
  grid: number;
  line: number;
  level?: number;
}
export interface BoundaryPlane {
  inputs: string[];
  x: PlaneAxis;
  y: PlaneAxis;
  kind: 'classes' | 'number';
  classes: string[];
  units: BoundaryUnit[];
  grids: number;
  winner?: number;
  points: { sample: number; x: number; y: number; target?: number }[];
}

const query = (words: Record<string, number | undefined>) =>
  Object.entries(words).flatMap(([key, v]) => (v === undefined ? [] : [`${key}=${v}`])).join('&');

export const labs = {
  functions: () => get<{ functions: GalleryFunction[] }>('/api/functions'),
  curves: (body: { functions: { name: string; settings: number[] }[]; low: number; high: number; at: number }) =>
    post<{ x: number[]; curves: FunctionCurve[] }>('/api/functions/curves', body),
  starts: (words: { activation: string; layers: number; units: number; gain?: number }) => get<Starts>('/api/initialisation', words),
  symmetry: (epochs: number) => get<Symmetry>('/api/symmetry', { epochs }),
  choices: () => get<Choices>('/api/convolution'),
  convolve: (body: Record<string, unknown>) => post<Convolved>('/api/convolution', body),
  picture: (file: Blob) => send<Plane>('/api/picture', file),
  codes: (run: string, words: { step: number; part: string; first: number }) => get<Codes>(`${of(run)}/codes`, words),
  decode: (run: string, body: Record<string, unknown>) => post<Decoded>(`${of(run)}/decode`, body),
  plane: (run: string, words: { step: number; x?: number | undefined; y?: number | undefined }) => get<BoundaryPlane>(`${of(run)}/plane`, words),
  boundary: (run: string, words: { step: number; cells: number; x?: number | undefined; y?: number | undefined }) =>
    getFloats(`${of(run)}/boundary?${query(words)}`),
};
