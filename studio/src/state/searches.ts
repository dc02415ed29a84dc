// The search that is looked at: asked for anew whenever its summary says that something came.
import { effect, signal } from '@preact/signals';
import { latest } from '../api/latest';
import { searchApi, type SearchDocument } from '../api/search';
import { fail, page, problem, searches } from './store';

export const searchId = signal('');
export const search = signal<SearchDocument | null>(null);

export function openSearch(id: string): void {
  if (id !== searchId.value) search.value = null;
  searchId.value = id;
  page.value = 'search';
  problem.value = '';
}

export async function beginSearch(body: Parameters<typeof searchApi.begin>[0]): Promise<void> {
  const begun = await searchApi.begin(body);
  searches.value = [...searches.value.filter((s) => s.id !== begun.id), begun];
  openSearch(begun.id);
}

const ask = latest(
  (id: string) => searchApi.look(id),
  (found, id) => {
    if (id === searchId.value) search.value = found;
  },
  fail,
);

const kPause = 250; // milliseconds between two looks
let asked = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let known = '';
effect(() => {
  if (page.value !== 'search') return;
  const id = searchId.value || (searches.value[searches.value.length - 1]?.id ?? '');
  searchId.value = id;
  const now = searches.value.find((s) => s.id === id);
  const what = now ? `${id} ${now.status} ${now.spent}` : id;
  if (!id || (what === known && search.peek()?.id === id)) return;
  known = what;
  clearTimeout(timer);
  timer = setTimeout(
    () => {
      asked = Date.now();
      ask(id);
    },
    search.peek()?.id === id ? Math.max(0, kPause - (Date.now() - asked)) : 0,
  );
});
