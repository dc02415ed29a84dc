// What the keyboard does, and the list of it.
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { t, type Word } from '../i18n';
import { kViews } from '../draw/encoding';
import { move, moveEpochs, toggle } from '../state/playing';
import { goTo, hovered, inspected, lastStep, network, page, pinned, target, view } from '../state/store';
import { isOfRun } from '../state/pages';
import { pause } from '../state/playing';
import { canUndo, undo } from '../state/edits';
import { isBranching } from './BranchDialog';

export const isHelpOpen = signal(false);

const kRows: [string, Word][] = [
  ['Space', 'keys.space'],
  ['[ ]', 'keys.step'],
  ['{ }', 'keys.epoch'],
  ['Home End', 'keys.ends'],
  ['W F B U', 'keys.views'],
  ['← → ↑ ↓', 'keys.walk'],
  ['Enter', 'keys.pin'],
  ['E', 'whatif.key'],
  ['Z', 'whatif.undo'],
  ['N', 'branch.go'],
  ['G', 'keys.derive'],
  ['Esc', 'keys.esc'],
];

export function derive(quantity: string | null): void {
  if (!quantity) return;
  target.value = quantity.startsWith('dL/d') ? quantity : `dL/d${quantity}`;
  page.value = 'derivative';
}

// The number field of what is inspected, which is kept there.
function focusEdit(): boolean {
  if (page.value !== 'network' || !inspected.value) return false;
  pinned.value = inspected.value;
  requestAnimationFrame(() => document.getElementById('edit-value')?.focus());
  return true;
}

function act(key: string): boolean {
  switch (key) {
    case ' ': toggle(); return true;
    case '[': move(-1); return true;
    case ']': move(1); return true;
    case '{': moveEpochs(-1); return true;
    case '}': moveEpochs(1); return true;
    case 'Home': pause(); goTo(0); return true;
    case 'End': pause(); goTo(lastStep.value); return true;
    case 'n': pause(); isBranching.value = true; return true;
    case 'e': return focusEdit();
    case 'z': if (!canUndo.value) return false; undo(); return true;
    case 'g': derive(inspected.value); return true;
    case '?': isHelpOpen.value = true; return true;
    case 'Escape':
      if (isHelpOpen.value) isHelpOpen.value = false;
      else pinned.value = hovered.value = null;
      return true;
    default: {
      const wanted = kViews.find((v) => v.startsWith(key.toLowerCase()));
      if (key.length !== 1 || !wanted || page.value !== 'network') return false;
      view.value = wanted;
      return true;
    }
  }
}

export function useKeys(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const place = event.target as HTMLElement;
      const takesText = !['range', 'radio', 'checkbox'].includes((place as HTMLInputElement).type);
      if (/^(INPUT|SELECT|TEXTAREA)$/.test(place.tagName) && takesText) return;
      if (event.key === ' ' && /^(BUTTON|INPUT|SUMMARY)$/.test(place.tagName) && (place as HTMLInputElement).type !== 'range') return;
      if (event.key !== '?' && event.key !== 'Escape' && (!isOfRun(page.value) || !network.value)) return;
      if (act(event.key)) event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

export function Keys() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => (isHelpOpen.value = false);
  return (
    <dialog ref={dialog} class="keys" aria-labelledby="keys-title" onClose={close}>
      <h2 id="keys-title">{t('keys.title')}</h2>
      <dl>
        {kRows.map(([keys, word]) => (
          <div key={word}>
            <dt>{keys.split(' ').map((k) => <kbd key={k}>{k}</kbd>)}</dt>
            <dd>{t(word)}</dd>
          </div>
        ))}
      </dl>
      <button type="button" class="primary" onClick={close}>{t('keys.close')}</button>
    </dialog>
  );
}
