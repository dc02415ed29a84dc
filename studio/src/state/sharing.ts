// What is shown as a scene to give away; and a scene of somebody's, which begins when the reader says so.
import { signal } from '@preact/signals';
import { api } from '../api/client';
import { language } from '../i18n';
import { move } from './playing';
import { packed, readScene, unpacked, writeScene, type Scene } from './scene';
import { fail, network, openRun, page, pinned, problem, runId, runs, sample, step, target, view } from './store';
import type { Page } from './pages';

export const offered = signal<Scene | null>(null);

export function sceneShown(): Scene {
  return {
    name: runId.value,
    experiment: (network.value?.settings ?? {}) as Record<string, unknown>,
    page: page.value === 'gallery' ? 'network' : page.value,
    step: step.value,
    sample: sample.value,
    view: view.value,
    pin: pinned.value,
    of: page.value === 'derivative' ? target.value : null,
    lang: language.value,
  };
}

export const sceneLink = async (): Promise<string> =>
  `${location.origin}${location.pathname}#/scene?x=${await packed(writeScene(sceneShown()))}`;

export const offerLink = async (words: string): Promise<void> => offer(() => unpacked(words));
export const offerFile = async (file: File): Promise<void> => offer(() => file.text());

async function offer(read: () => Promise<string>): Promise<void> {
  try {
    offered.value = readScene(await read());
    problem.value = '';
  } catch (error) {
    fail(error as Error);
  }
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

// A run of that very experiment that is here already is opened; else one begins, and trains up to the moment.
export async function beginOffered(): Promise<void> {
  const scene = offered.value;
  if (!scene) return;
  try {
    offered.value = null;
    const known = runs.value.some((r) => r.id === scene.name) ? await api.network(scene.name) : null;
    let id = scene.name;
    if (!known || !isSame(known.settings, scene.experiment)) {
      const begun = await api.beginAs(scene.experiment, scene.name);
      runs.value = [...runs.value.filter((r) => r.id !== begun.id), begun];
      id = begun.id;
    }
    await openRun(id, { page: scene.page as Page, step: 0 });
    language.value = scene.lang;
    view.value = scene.view;
    sample.value = scene.sample;
    pinned.value = scene.pin;
    if (scene.of) target.value = scene.of;
    move(scene.step);
  } catch (error) {
    fail(error as Error);
  }
}
