// What the server says (docs/studio-api.md).

export type Status = 'starting' | 'playing' | 'paused' | 'ending' | 'done' | 'interrupted' | 'failed';

export interface RunSummary {
  id: string;
  status: Status;
  step: number; // the last that can be looked at
  steps: number; // of the whole run
  batches: number; // of an epoch
  loss?: number;
  message?: string;
  checkpoint?: number; // of a run that ended before its time: the step that it can be resumed from
  parent?: { run?: string; step: number }; // of a branch: the run it left, where that is open, and when
}

export interface Scene {
  name: string;
  about: string;
  toml: string;
  is_search: boolean;
}

export interface NetworkNode {
  name: string;
  name_symbol: string;
  letter: string;
  number: number;
  layer: number;
  in?: string;
  in_symbol?: string;
  bias?: string;
  bias_symbol?: string;
  activation?: string;
}

export interface NetworkEdge {
  id: string; // its two nodes: a weight of a convolution joins several
  from: string;
  to: string;
  weight: string;
  weight_symbol: string;
}

export interface Layer {
  name: string;
  kind: string;
  activation: string;
  parameters: number;
  shape: number[];
  arrays?: { name: string; shape: number[]; trained: boolean }[]; // its parameters
}

export interface Network {
  input: number[];
  classes?: string[];
  layers: Layer[];
  parameters: number;
  samples: number;
  batches: number;
  loss: string;
  autoencoder: boolean;
  drawn: boolean;
  settings?: { train?: { epochs?: number; optimiser?: { learning_rate?: number } } };
  nodes?: NetworkNode[];
  edges?: NetworkEdge[];
  run: RunSummary;
}

// A number, or the name of one that JSON cannot write ("NaN", "Infinity").
export type Num = number | string;

export interface Moment {
  step: number;
  epoch: number;
  batch: number;
  sample: number | null;
  of: 'sample' | 'batch';
  loss: Num;
  learning_rate: Num;
  targets?: Num[];
  numbers?: Record<string, Num>;
  signals?: Record<string, Num>;
  updates?: Record<string, Num>;
  effect?: { loss: Num; predicted: Num }; // of edits: the loss without them, and what its derivatives foretold
}

export interface EquationRow {
  kind: 'sum' | 'activation' | 'derivative' | 'signal' | 'update' | 'value';
  left: string;
  symbols: string;
  numbers: string;
  value: Num;
}

export interface Equations {
  quantity: string;
  symbol: string;
  rows: EquationRow[];
}

export interface Factor extends Located {
  of: string;
  from: string;
  sample: number | null; // of a batch
  of_symbol: string;
  from_symbol: string;
  symbol: string;
  formula: string;
  numbers: string;
  value: Num;
}

export interface Path {
  factors: number[];
  product: Num;
}

// Where a number stands among whole arrays.
export interface Located {
  array?: string;
  element?: number;
}

export interface ShareOfUnit extends Located {
  quantity: string;
  sample: number | null;
  from_loss: Num | null;
  to_quantity: Num | null;
  contribution: Num | null;
}

// What passes through the units of a layer, on the way between the loss and a number.
export interface Share {
  layer: string;
  units: number; // that lead to the number
  total: Num | null;
  largest: ShareOfUnit[];
  rest: Num | null;
}

export interface Explanation extends Located {
  quantity: string;
  symbol: string;
  epoch: number;
  sample: number | null;
  recorded: Num | null;
  sum_of_paths: Num;
  finite_difference: Num;
  path_count: Num | null; // null: beyond what a number can say
  complete: boolean;
  rest: Num;
  factors: Factor[];
  paths: Path[];
  layers: Share[]; // last first
}

export interface Curves {
  steps?: number[];
  loss?: Num[]; // none of a moment after the last step
  learning_rate?: number[];
  parameter_steps?: number[];
  parameters?: Record<string, (Num | null)[]>;
  metrics?: { epoch: number; part: string; name: string; value: number }[];
}

export interface Finding {
  kind: string;
  layer: string;
  quantity: string;
  epoch: number;
  evidence: string;
  why: string;
  cure: string;
}
