// The address bar as a link to what is shown: run, page, moment, view, language and theme.
import { effect } from '@preact/signals';
import { language } from '../i18n';
import { hasBookSign, kViews, type View } from '../draw/encoding';
import { offerLink } from './sharing';
import { theme, type Theme } from './theme';
import { isPlaying } from './playing';
import { isOfRun, kPages, type Page } from './pages';
import { searchId } from './searches';
import { openRun, page, pinned, runId, sample, step, target, view } from './store';

export async function restore(): Promise<void> {
  const [name, tail] = location.hash.replace(/^#\/?/, '').split('?') as [string, string?];
  const words = new URLSearchParams(tail ?? '');
  const spoken = words.get('lang') ?? localStorage.getItem('lang');
  if (spoken === 'en' || spoken === 'zh') language.value = spoken;
  const look = words.get('theme') ?? localStorage.getItem('theme');
  if (look === 'light' || look === 'dark') theme.value = look as Theme;
  if (words.has('x')) await offerLink(words.get('x')!);
  const wanted = kPages.includes(name as Page) ? (name as Page) : 'gallery';
  if (words.has('search')) searchId.value = words.get('search')!;
  const id = words.get('run');
  if (!id) {
    page.value = isOfRun(wanted) ? 'gallery' : wanted;
    return;
  }
  await openRun(id, { page: wanted, step: Number(words.get('step') ?? 0) || 0 });
  if (kViews.includes(words.get('view') as View)) view.value = words.get('view') as View;
  if (words.get('sample') === 'batch') sample.value = null;
  else if (words.has('sample')) sample.value = Number(words.get('sample')) || 0;
  hasBookSign.value = words.get('sign') === 'book';
  if (words.has('of')) target.value = words.get('of');
  if (words.has('pin')) pinned.value = words.get('pin');
}

export function keep(): void {
  effect(() => {
    localStorage.setItem('lang', language.value);
    if (theme.value) localStorage.setItem('theme', theme.value);
    const words = new URLSearchParams();
    if (runId.value) words.set('run', runId.value);
    if (runId.value && isOfRun(page.value)) {
      words.set('step', `${step.value}`);
      if (sample.value !== 0) words.set('sample', sample.value === null ? 'batch' : `${sample.value}`);
      if (page.value === 'network') words.set('view', view.value);
      if (page.value === 'network' && hasBookSign.value) words.set('sign', 'book');
      if (page.value === 'derivative' && target.value) words.set('of', target.value);
      if (pinned.value) words.set('pin', pinned.value);
    }
    if (page.value === 'search' && searchId.value) words.set('search', searchId.value);
    words.set('lang', language.value);
    if (theme.value) words.set('theme', theme.value);
    if (!isPlaying.value) history.replaceState(null, '', `#/${page.value}?${words}`);
  });
}
