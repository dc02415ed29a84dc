// Requests of the page Data: uploads, previews, and an experiment that is being written.
import { answer, get, post, token } from './client';
import type { Num, RunSummary } from './types';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Table = { [key: string]: Json };

export interface Option {
  name: string;
  type: string;
  help: string;
  required?: boolean;
  default?: Json;
  range?: string;
  low?: number;
  low_open?: boolean;
  high?: number;
  high_open?: boolean;
  choices?: string[];
}

export interface Kind {
  name: string;
  summary: string;
  options: Option[];
}

export interface Tables {
  sections: Record<string, Option[]>;
  kinds: Record<string, Kind[]>;
}

export interface Problem {
  message: string;
  at: string; // "model.layers.0.units", as far as it is known
  line?: number;
  column?: number;
}

export interface Draft {
  toml: string;
  experiment?: Table;
  problem: Problem | null;
  data?: {
    rows: number;
    train: number;
    validation: number;
    test: number;
    dropped: number;
    inputs: number;
    input_shape: number[];
    outputs: number;
    classes: string[];
    class_count: number;
  };
  network?: {
    layers: { name: string; kind: string; shape: number[]; parameters: number; arithmetic?: string }[];
    parameters: number;
    loss: string;
  };
}

export interface Distribution {
  name: string;
  least?: number;
  largest?: number;
  mean?: number;
  deviation?: number;
  edges?: number[];
  counts?: number[];
}

export interface DataColumn extends Distribution {
  kind: 'number' | 'text' | 'label';
  role: 'input' | 'target' | 'weight' | 'ignored';
  missing: number;
  distinct?: number;
  categories?: { name: string; count: number }[];
}

export interface DataSample {
  row: number;
  line?: number;
  part?: 'train' | 'validation' | 'test' | 'unused';
  cells: (string | number | null)[];
  image?: string | null;
  inputs?: Num[];
  targets?: Num[];
}

export interface DataView {
  rows: number;
  column_count: number;
  row: number;
  column: number;
  columns: DataColumn[];
  array?: Distribution & { shape: number[] };
  network?: { input_shape: number[]; input_count: number; output_count: number; inputs: Distribution[]; outputs: Distribution[] };
  samples: DataSample[];
  problem: string;
}

export interface DataList {
  files: { name: string; path: string }[];
  datasets: { name: string; summary: string; licence: string; samples: number; ready: boolean; scene: string | null }[];
  encodings: string[];
}

export const kMostUpload = 64 * 2 ** 20; // bytes; the server holds to it, too

export const dataApi = {
  tables: () => get<Tables>('/api/tables'),
  list: () => get<DataList>('/api/data'),
  draft: (body: { toml?: string; experiment?: Table; propose?: boolean }) => post<Draft>('/api/experiment', body),
  look: (body: { toml: string; row: number; rows: number; column: number }) => post<DataView>('/api/experiment/data', body),
  begin: (toml: string, name: string) => post<RunSummary>('/api/runs', { toml, name }),
  upload: async (name: string, encoding: string, body: Blob | string) => {
    const query = new URLSearchParams({ name, encoding });
    const headers = { 'Content-Type': 'application/octet-stream', 'X-Isinglass-Token': token() };
    return answer<{ path: string; encoding: string; rows: number }>(await fetch(`/api/data?${query}`, { method: 'POST', headers, body }));
  },
};
