// Requests of the page Search (docs/studio-api.md).
import { get, post } from './client';
import type { Num, RunSummary } from './types';

export type Values = Record<string, number | string | boolean>;

export interface SearchSummary {
  id: string;
  method: string;
  score: string;
  lower_is_better: boolean;
  status: 'running' | 'ending' | 'done' | 'interrupted' | 'failed';
  message: string;
  is_live: boolean;
  members: number;
  epochs: number;
  spent: number;
  total: number; // 0: not known
  seconds: number;
  best: { member: number; epoch: number; score: Num } | null;
}

export interface Dimension {
  key: string;
  name: string;
  kind: 'uniform' | 'log_uniform' | 'integer' | 'choice';
  low: number;
  high: number;
  choices: (number | string | boolean)[];
}
export interface Report {
  member: number;
  epoch: number;
  score: Num;
  loss: Num;
  seconds: number;
  values: Values;
  begin: number; // on the clock of the search
  end: number;
  colour: string;
}
export interface SearchEvent {
  event: 'start' | 'exploit' | 'explore' | 'stop' | 'fail';
  member: number;
  epoch: number;
  parent?: number;
  before?: Values;
  values: Values;
  message?: string;
  at: number;
}
export interface Standing {
  member: number;
  epoch: number;
  score: Num | null;
  state: 'failed' | 'stopped' | 'finished' | 'training' | 'waiting';
  values: Values;
}
export interface SearchDocument extends SearchSummary {
  space: Dimension[];
  clock: 'epochs' | 'seconds';
  reports: Report[];
  events: SearchEvent[];
  scale: { low: Num; high: Num; colours: string[] } | null;
  curve: { epochs: number[]; best: number[] };
  standing: Standing[];
  winner: { way: { member: number; begin: number; end: number; values: Values }[]; toml: string | null };
}

const of = (id: string) => `/api/searches/${encodeURIComponent(id)}`;

export const searchApi = {
  begin: (body: { scene: string } | { toml: string; name?: string }) => post<SearchSummary>('/api/searches', body),
  look: (id: string) => get<SearchDocument>(of(id)),
  command: (id: string, word: 'stop' | 'resume') => post<SearchSummary>(`${of(id)}/command`, { do: word }),
  train: (toml: string, name: string) => post<RunSummary>('/api/runs', { toml, name }),
  figure: (id: string, kind: string, format: string, beside: string[] = []) =>
    `${of(id)}/figure?kind=${kind}&format=${format}${beside.length ? `&beside=${beside.map(encodeURIComponent).join()}` : ''}`,
};
