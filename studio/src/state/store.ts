// What the page shows: one run at one moment, and how. Everything here is a signal; requests follow from changes.
import { batch, computed, effect, signal } from '@preact/signals';
import { api, listen, type At } from '../api/client';
import { latest } from '../api/latest';
import type { SearchSummary } from '../api/search';
import type { Curves, Explanation, Moment, Network, RunSummary } from '../api/types';
import type { View } from '../draw/encoding';
import { layOut } from '../draw/layout';
import type { Page } from './pages';
import { edits, forget } from './edits';

export const page = signal<Page>('gallery');
export const runs = signal<RunSummary[]>([]);
export const searches = signal<SearchSummary[]>([]);
export const isUp = signal(true);
export const problem = signal('');

export const runId = signal('');
export const network = signal<Network | null>(null);
export const step = signal(0);
export const sample = signal<number | null>(0); // null: the mean of the batch
export const moment = signal<Moment | null>(null);
export const curves = signal<Curves>({});
export const view = signal<View>('weights');

export const pinned = signal<string | null>(null); // quantity
export const hovered = signal<string | null>(null);
export const inspected = computed(() => hovered.value ?? pinned.value);

export const target = signal<string | null>(null); // a derivative, "dL/dw(1,4)"
export const explanation = signal<Explanation | null>(null);
export const litPath = signal<number | null>(null);

export const run = computed(() => runs.value.find((r) => r.id === runId.value) ?? network.value?.run ?? null);
export const lastStep = computed(() => run.value?.step ?? 0);
export const batches = computed(() => Math.max(run.value?.batches ?? 1, 1));
export const layout = computed(() => (network.value?.drawn ? layOut(network.value) : null));
// Of a large network the paths of one sample are followed: those of a whole batch would take their time.
export const isFollowed = computed(() => layout.value !== null || sample.value !== null);
export const at = computed(() => ({ step: step.value, sample: sample.value, edits: edits.value }));

export const fail = (error: Error) => {
  problem.value = error.message;
};

export async function openRun(id: string, to: Partial<{ step: number; page: Page }> = {}): Promise<void> {
  try {
    const found = await api.network(id);
    batch(() => {
      forget();
      runId.value = id;
      network.value = found;
      moment.value = null;
      explanation.value = null;
      curves.value = {};
      pinned.value = hovered.value = null;
      litPath.value = null;
      sample.value = 0;
      step.value = to.step !== undefined ? Math.min(to.step, found.run.step) : (found.run.status === 'done' ? 0 : found.run.step);
      target.value = found.edges?.[0] ? `dL/d${found.edges[0].weight}` : null;
      page.value = to.page ?? 'network';
    });
    problem.value = '';
  } catch (error) {
    fail(error as Error);
  }
}

// A scene, also with other settings and under another name; held before its first step.
export async function beginScene(name: string, to: { page?: Page; set?: Record<string, unknown>; name?: string } = {}): Promise<void> {
  try {
    const begun = await api.begin(name, to.set, to.name);
    runs.value = [...runs.value, begun];
    await openRun(begun.id, { page: to.page ?? 'network' });
  } catch (error) {
    fail(error as Error);
  }
}

// Another moment is as it was: edits stay behind.
export const goTo = (wanted: number) => {
  const found = Math.max(0, Math.min(Math.round(wanted), lastStep.value));
  if (found === step.value) return;
  batch(() => {
    forget();
    step.value = found;
  });
};

// Requests follow what is looked at; while one is under way only the newest wish is kept.
const askMoment = latest(
  (key: { run: string } & At) => api.moment(key.run, key),
  (value, key) => {
    if (key.run === runId.value) moment.value = value;
  },
  fail,
);
const askExplanation = latest(
  (key: { run: string; quantity: string } & At) =>
    api.explain(key.run, key.quantity, key),
  (value, key) => {
    if (key.run === runId.value) explanation.value = value;
  },
  fail,
);
const askCurves = latest(
  (id: string) => api.curves(id),
  (value, id) => {
    if (id === runId.value) curves.value = value;
  },
  () => undefined, // a run without a record has none
);

export function start(): void {
  listen(
    (state) =>
      batch(() => {
        runs.value = state.runs;
        searches.value = state.searches;
      }),
    (up) => {
      isUp.value = up;
    },
  );
  effect(() => {
    if (runId.value) askMoment({ run: runId.value, ...at.value });
  });
  effect(() => {
    if (runId.value && page.value === 'derivative' && target.value && isFollowed.value)
      askExplanation({ run: runId.value, quantity: target.value, ...at.value });
  });
  let asked = { at: 0, what: '' };
  effect(() => {
    const id = runId.value;
    const status = run.value?.status;
    const what = `${id} ${status} ${lastStep.value}`;
    if (!id || what === asked.what || (status === 'playing' && Date.now() - asked.at < 500)) return;
    asked = { at: Date.now(), what };
    askCurves(id);
  });
}
