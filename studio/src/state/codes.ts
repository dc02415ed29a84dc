// The autoencoder page: codes of the samples at this moment, and the point whose decoding is looked at.
import { batch, computed, effect, signal } from '@preact/signals';
import { labs, type Codes, type Decoded } from '../api/labs';
import { latest } from '../api/latest';
import { fail, network, page, runId, step } from './store';

export const part = signal('train');
export const first = signal(0); // of the reconstructions that are shown
export const codes = signal<Codes | null>(null);
export const latent = signal<number[] | null>(null); // null: the code of the chosen sample
export const between = signal<{ a: number; b: number; at: number } | null>(null);
export const sample = signal(0);
export const decoded = signal<Decoded | null>(null);
export const axes = signal<[number, number]>([0, 1]);
export const isFit = computed(() => network.value?.autoencoder === true);

export function standAt(number: number): void {
  batch(() => {
    sample.value = number;
    latent.value = between.value = null;
  });
}

// Moves one number of the code, from where the point stands now.
export function setNumber(which: number, value: number): void {
  const from = latent.value ?? decoded.value?.latent;
  if (!from) return;
  batch(() => {
    between.value = null;
    latent.value = from.map((old, i) => (i === which ? value : old));
  });
}

export function setPoint(x: number, y: number): void {
  const from = latent.value ?? decoded.value?.latent;
  if (!from) return;
  batch(() => {
    between.value = null;
    latent.value = from.map((old, i) => (i === axes.value[0] ? x : from.length > 1 && i === axes.value[1] ? y : old));
  });
}

const askCodes = latest(
  (key: { run: string; step: number; part: string; first: number }) => labs.codes(key.run, key),
  (answer, key) => {
    if (key.run === runId.value) codes.value = answer;
  },
  fail,
);
const askDecoded = latest(
  (key: { run: string; body: Record<string, unknown> }) => labs.decode(key.run, key.body),
  (answer, key) => {
    if (key.run === runId.value) decoded.value = answer;
  },
  fail,
);

let shown = '';
export function follow(): () => void {
  const ends = [
    effect(() => {
      if (!isFit.value || page.value !== 'autoencoder') return;
      if (shown !== runId.value) {
        shown = runId.value;
        batch(() => {
          codes.value = decoded.value = latent.value = between.value = null;
          part.value = 'train';
          first.value = sample.value = 0;
          axes.value = [0, 1];
        });
      }
      askCodes({ run: runId.value, step: step.value, part: part.value, first: first.value });
    }),
    effect(() => {
      if (!isFit.value || page.value !== 'autoencoder') return;
      const what = between.value
        ? { between: [between.value.a, between.value.b], at: between.value.at, part: part.value }
        : latent.value
          ? { latent: latent.value }
          : { sample: sample.value, part: part.value };
      askDecoded({ run: runId.value, body: { step: step.value, ...what } });
    }),
  ];
  return () => ends.forEach((end) => end());
}
