// Play and pause: through what is recorded the page moves by itself, at its end it lets the engine train on.
import { effect, signal } from '@preact/signals';
import { api } from '../api/client';
import { batches, fail, goTo, lastStep, run, runId, runs, step } from './store';

export const kRates = [1, 5, 20, 100, 1000, 0]; // steps a second; 0: as fast as the engine goes
export const rate = signal(5);
export const isPlaying = signal(false);

let isFollowing = false; // the engine trains, and the page shows its latest step
let waiting = 0;

const isLive = () => run.value !== null && !['done', 'interrupted', 'failed', 'ending'].includes(run.value.status);
const command = (body: { do: string; rate?: number; batches?: number }) =>
  api.command(runId.value, body).catch(fail);

export function play(): void {
  if (!runId.value || isPlaying.value) return;
  if (!isLive() && step.value >= lastStep.value) step.value = 0;
  isPlaying.value = true;
  let before = performance.now();
  let exact = step.value;
  const tick = (now: number) => {
    if (!isPlaying.value) return;
    const speed = rate.value === 0 ? Math.max(lastStep.value / 6, 200) : rate.value;
    exact = isFollowing ? lastStep.value : exact + ((now - before) / 1000) * speed;
    before = now;
    if (isFollowing || exact < lastStep.value) {
      goTo(Math.floor(exact));
    } else {
      exact = lastStep.value;
      goTo(exact);
      if (!isLive()) return pause();
      isFollowing = true;
      void command({ do: 'play', rate: rate.value });
    }
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}

export function pause(): void {
  if (!isPlaying.value) return;
  isPlaying.value = false;
  if (isFollowing && isLive()) void command({ do: 'pause' });
  isFollowing = false;
}

// A run that was cut short goes on from its checkpoint, as fast as it can, and the page shows its latest step.
export async function resume(): Promise<void> {
  const id = runId.value;
  try {
    const begun = await api.command(id, { do: 'resume' });
    runs.value = runs.value.map((r) => (r.id === id ? begun : r));
    if (id !== runId.value) return;
    goTo(lastStep.value);
    setRate(0);
    play();
  } catch (error) {
    fail(error as Error);
  }
}

export const toggle = () => (isPlaying.value ? pause() : play());

// So many steps on (trained when they are not there yet) or back.
export function move(by: number): void {
  pause();
  const wanted = step.value + by;
  if (wanted <= lastStep.value) return goTo(wanted);
  goTo(lastStep.value);
  if (!isLive()) return;
  waiting = wanted;
  void command({ do: 'step', batches: wanted - lastStep.value });
}

export const moveEpochs = (by: number) => move(by * batches.value);

export function setRate(wanted: number): void {
  rate.value = wanted;
  if (isFollowing && isPlaying.value) void command({ do: 'play', rate: wanted });
}

// The step that was asked for has been trained; or the run has come to its end.
effect(() => {
  const last = lastStep.value;
  if (waiting > 0 && (last >= waiting || !isLive())) {
    goTo(Math.min(waiting, last));
    waiting = 0;
  }
  if (isFollowing && isPlaying.value && !isLive()) {
    goTo(last);
    isFollowing = false;
    isPlaying.value = false;
  }
});
