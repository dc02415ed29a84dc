// The experiment that is being written: its settings and its text are the same thing, and the server turns one into
// the other. While an answer is under way what was typed is shown as it stands.
import { signal } from '@preact/signals';
import { dataApi, type DataView, type Draft, type Json, type Table, type Tables } from '../api/data';
import { latest } from '../api/latest';
import { fail } from './store';

export type Key = string | number;

export const tables = signal<Tables | null>(null);
export const draft = signal<Draft | null>(null);
export const draftName = signal('');
export const lookedAt = signal<DataView | null>(null);
export const lookRow = signal(0);
export const lookColumn = signal(0);
export const kRowsShown = 20;

const askLook = latest(
  (key: { toml: string; row: number; column: number }) => dataApi.look({ ...key, rows: kRowsShown }),
  (value) => (lookedAt.value = value),
  () => undefined, // the draft says what is wrong
);
let askedLook = '';
export function look(): void {
  const toml = draft.value?.toml;
  const data = draft.value?.experiment?.data;
  if (!toml || !data) return;
  const what = JSON.stringify([data, draft.value?.experiment?.seed ?? null, lookRow.value, lookColumn.value]);
  if (what === askedLook) return;
  askedLook = what;
  askLook({ toml, row: lookRow.value, column: lookColumn.value });
}

type Wish = { toml?: string; experiment?: Table; propose?: boolean };
const askDraft = latest(
  (wish: Wish) => dataApi.draft(wish),
  (value, wish) => {
    // The text is its writer's while it is written.
    draft.value = { ...value, experiment: value.experiment ?? draft.value?.experiment, toml: wish.toml ?? value.toml };
    look();
  },
  fail,
);

export async function loadTables(): Promise<void> {
  if (!tables.value) tables.value = await dataApi.tables();
}

export function writeText(toml: string): void {
  draft.value = { problem: null, ...draft.value, toml };
  askDraft({ toml });
}

export function writeSettings(experiment: Table, propose = false): void {
  draft.value = { problem: null, toml: '', ...draft.value, experiment };
  askDraft({ experiment, propose });
}

// Of a new source of data: what there was of network and training goes.
export async function begin(data: Table, name: string): Promise<void> {
  lookRow.value = lookColumn.value = 0;
  lookedAt.value = null;
  askedLook = '';
  draftName.value = name;
  draft.value = await dataApi.draft({ experiment: { data }, propose: true });
  look();
}

export async function beginText(toml: string, name: string): Promise<void> {
  lookRow.value = lookColumn.value = 0;
  lookedAt.value = null;
  askedLook = '';
  draftName.value = name;
  draft.value = await dataApi.draft({ toml });
  look();
}

export function valueAt(path: Key[]): Json | undefined {
  let at: Json | undefined = draft.value?.experiment;
  for (const key of path) {
    if (at === null || typeof at !== 'object') return undefined;
    at = (at as Record<Key, Json>)[key];
  }
  return at;
}

function changed(at: Json | undefined, path: Key[], value: Json | undefined): Json | undefined {
  if (path.length === 0) return value;
  const [key, ...rest] = path as [Key, ...Key[]];
  if (Array.isArray(at)) {
    const copy = [...at];
    const inner = changed(copy[key as number], rest, value);
    if (inner === undefined) copy.splice(key as number, 1);
    else copy[key as number] = inner;
    return copy;
  }
  const copy: Table = typeof at === 'string' ? { kind: at } : { ...((at ?? {}) as Table) };
  const inner = changed(copy[key], rest, value);
  if (inner === undefined) delete copy[key];
  else copy[key] = inner;
  return copy;
}

// Sets a setting, or with undefined leaves it to its default.
export function change(path: Key[], value: Json | undefined, propose = false): void {
  const experiment = changed(draft.value?.experiment, path, value);
  writeSettings(experiment as Table, propose);
}
