// What if a weight were another one: edits of the moment shown, which nothing keeps, and the way back out of them.
import { computed, signal } from '@preact/signals';
import type { Edits } from '../api/client';

const history = signal<Edits[]>([]); // before each edit

export const edits = signal<Edits>({});
export const isEdited = computed(() => Object.keys(edits.value).length > 0);
export const canUndo = computed(() => history.value.length > 0);

// A drag is one edit: `continues` says that the last one goes on.
export function edit(quantity: string, value: number, continues = false): void {
  if (!Number.isFinite(value) || edits.value[quantity] === value) return;
  if (!continues || history.value.length === 0) history.value = [...history.value, edits.value];
  edits.value = { ...edits.value, [quantity]: value };
}

export function undo(): void {
  edits.value = history.value[history.value.length - 1] ?? {};
  history.value = history.value.slice(0, -1);
}

export function undoOne(quantity: string): void {
  const { [quantity]: gone, ...rest } = edits.value;
  if (gone === undefined) return;
  history.value = [...history.value, edits.value];
  edits.value = rest;
}

export function forget(): void {
  if (isEdited.peek()) edits.value = {};
  if (history.peek().length > 0) history.value = [];
}
