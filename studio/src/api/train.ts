// Requests of the page Train: who is taken for whom, the health of units, and what a run was asked to do.
import { get, of } from './client';
import type { Table } from './data';
import type { Num } from './types';

export interface ClassMetrics {
  name: string;
  precision: number;
  recall: number;
  f1: number;
  support: number;
}

export interface Confusion {
  part: string;
  parts: string[];
  step: number | null; // null: the model that the run ended with
  samples: number;
  loss: Num;
  accuracy?: number | null;
  macro_f1?: number | null;
  rmse?: number | null;
  mae?: number | null;
  r2?: number | null;
  classes?: ClassMetrics[];
  confusion?: number[][];
}

export interface CellSample {
  sample: number;
  certainty: number;
  image: string | null;
  inputs: Num[];
}

export interface UnitHealth {
  name: string;
  mean: Num | null;
  deviation: Num | null;
  dead: Num | null;
  saturated: Num | null;
  gradient_norm: Num | null; // of the parameters that lead into it; none of runs recorded by older versions
  weight_norm: Num | null;
  update_ratio: Num | null;
}

export interface LayerHealth extends UnitHealth {
  kind: string;
  activation: string;
  unit_count: number;
  units: UnitHealth[];
}

export interface Report {
  toml: string;
  settings: Table;
  summary: { outcome: string; epochs: number; seconds: number; metrics: Record<string, Record<string, unknown>> } | null;
}

export const trainApi = {
  confusion: (run: string, part: string) => get<Confusion>(`${of(run)}/confusion`, { part }),
  cell: (run: string, part: string, actual: number, predicted: number) =>
    get<{ count: number; input_names: string[]; samples: CellSample[] }>(`${of(run)}/confusion/cell`, { part, actual, predicted }),
  units: (run: string, step: number) => get<{ step: number | null; epoch: number | null; layers: LayerHealth[] }>(`${of(run)}/units`, { step }),
  report: (run: string) => get<Report>(`${of(run)}/report`),
};
