// Every request of the page. Answers are JSON; a refusal is an Error with the server's own line.
import type { SearchSummary } from './search';
import type { Curves, Equations, Explanation, Finding, Moment, Network, RunSummary, Scene } from './types';

export const token = () => document.querySelector('meta[name="isinglass-token"]')?.getAttribute('content') ?? '';

export async function answer<T>(response: Response): Promise<T> {
  const document = await response.json().catch(() => ({ error: `${response.status} ${response.statusText}` }));
  if (!response.ok) throw new Error(document.error ?? response.statusText);
  return document as T;
}

export async function get<T>(path: string, query: Record<string, string | number | null | undefined> = {}): Promise<T> {
  const words = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== null && value !== undefined) words.set(key, `${value}`);
  const tail = words.toString();
  return answer<T>(await fetch(path + (tail && `?${tail}`)));
}

export async function post<T>(path: string, body: unknown): Promise<T> {
  const headers = { 'Content-Type': 'application/json', 'X-Isinglass-Token': token() };
  return answer<T>(await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) }));
}

// A file as it is.
export async function send<T>(path: string, file: Blob): Promise<T> {
  const headers = { 'Content-Type': 'application/octet-stream', 'X-Isinglass-Token': token() };
  return answer<T>(await fetch(path, { method: 'POST', headers, body: file }));
}

// Numbers as bytes: float32, little-endian.
const floats = async (response: Response) => (response.ok ? new Float32Array(await response.arrayBuffer()) : answer<never>(response));
export const getFloats = async (path: string): Promise<Float32Array> => floats(await fetch(path));
export async function postForFloats(path: string, body: unknown): Promise<Float32Array> {
  const headers = { 'Content-Type': 'application/json', 'X-Isinglass-Token': token() };
  return floats(await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) }));
}

export const of = (run: string) => `/api/runs/${encodeURIComponent(run)}`;

export type Edits = Record<string, number>; // weights and biases as they are not

export interface At {
  step: number;
  sample?: number | null;
  edits?: Edits;
}

const isEdited = (at: At) => Object.keys(at.edits ?? {}).length > 0;
const plain = ({ step, sample }: At) => ({ step, sample });
// What is asked of an edited moment is computed for it alone, and not kept.
const whatIf = <T>(run: string, { step, sample, edits }: At, show: string, quantity?: string) =>
  post<T>(`${of(run)}/what-if`, { step, sample, edits, show, ...(quantity ? { quantity } : {}) });

export const api = {
  state: () => get<{ runs: RunSummary[] }>('/api/state'),
  scenes: () => get<{ scenes: Scene[] }>('/api/scenes'),
  begin: (scene: string, set: Record<string, unknown> = {}, name?: string) =>
    post<RunSummary>('/api/runs', { scene, set, ...(name ? { name } : {}) }),
  beginAs: (experiment: unknown, name: string) => post<RunSummary>('/api/runs', { experiment, name }),
  command: (run: string, body: { do: string; rate?: number; batches?: number }) =>
    post<RunSummary>(`${of(run)}/command`, body),
  network: (run: string) => get<Network>(of(run)),
  moment: (run: string, at: At) =>
    isEdited(at) ? whatIf<Moment>(run, at, 'moment') : get<Moment>(`${of(run)}/moment`, plain(at)),
  equations: (run: string, quantity: string, at: At) =>
    isEdited(at)
      ? whatIf<Equations>(run, at, 'equations', quantity)
      : get<Equations>(`${of(run)}/equations`, { quantity, ...plain(at) }),
  explain: (run: string, quantity: string, at: At) =>
    isEdited(at)
      ? whatIf<Explanation>(run, at, 'explain', quantity)
      : get<Explanation>(`${of(run)}/explain`, { quantity, ...plain(at) }),
  // As bytes (draw/tensors.ts).
  tensors: async (run: string, names: string[], at: At): Promise<ArrayBuffer> => {
    const words = new URLSearchParams({ of: names.join(), step: `${at.step}` });
    if (at.sample !== null && at.sample !== undefined) words.set('sample', `${at.sample}`);
    const response = await fetch(`${of(run)}/tensors?${words}`);
    return response.ok ? response.arrayBuffer() : answer<never>(response);
  },
  branch: (run: string, body: { step: number; edits: Edits; set: Record<string, string | number>; name?: string }) =>
    post<RunSummary>(`${of(run)}/branch`, body),
  curves: (run: string) => get<Curves>(`${of(run)}/curves`),
  findings: (run: string) => get<{ findings: Finding[] }>(`${of(run)}/findings`),
};

// Tells of every run and search, up to 20 times a second; the browser reconnects by itself when the server comes back.
export function listen(on: (state: { runs: RunSummary[]; searches: SearchSummary[] }) => void, onLink: (up: boolean) => void): () => void {
  let source: EventSource;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    source = new EventSource('/api/events');
    source.onmessage = (event) => {
      onLink(true);
      on(JSON.parse(event.data));
    };
    source.onopen = () => onLink(true);
    source.onerror = () => {
      onLink(false);
      // Refused, such as while too many pages listen: the browser does not ask again.
      if (source.readyState === EventSource.CLOSED) waiting = setTimeout(open, 1000);
    };
  };
  open();
  return () => {
    clearTimeout(waiting);
    source.close();
  };
}
