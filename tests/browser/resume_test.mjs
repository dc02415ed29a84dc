// Runs that were cut short, by the page or by the end of the studio: shown where they came to, and trained on.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser, openPage, openStudio, until } from './rig.mjs';

let browser;
before(async () => {
  browser = await openBrowser();
});
after(() => browser?.close());

// Nine batches an epoch.
const experiment = (epochs, more = 'checkpoint_seconds = 0\n') => `
seed = 3
[data]
generator = { kind = "blobs", samples = 90, seed = 4, classes = 3, deviation = 3.0 }
[model]
layers = [ { kind = "dense", units = 5, activation = "relu" }, { kind = "dense", units = 3, activation = "softmax" } ]
[train]
optimiser = { kind = "adam", learning_rate = 0.02 }
epochs = ${epochs}
batch_size = 10
${more}`;

const summaryOf = async (studio, id) => (await studio.get('/api/state')).runs.find((r) => r.id === id);
async function comesTo(studio, id, isSo) {
  for (let i = 0; i < 400; ++i) {
    const now = await summaryOf(studio, id);
    if (isSo(now)) return now;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${id} did not come to it: ${JSON.stringify(await summaryOf(studio, id))}`);
}
const modelOf = (studio, id) => readFileSync(join(studio.directory, 'runs', id, 'model.safetensors'));

// Begun, and waiting after so many steps.
async function trainedTo(studio, name, step, toml) {
  const { id } = await studio.post('/api/runs', { toml, name });
  await studio.post(`/api/runs/${id}/command`, { do: 'step', batches: step });
  await comesTo(studio, id, (r) => r.status === 'paused' && r.step === step);
}

test('a run that was ended is resumed from the page, to the same bits', async () => {
  const studio = await openStudio();
  await studio.post('/api/runs', { toml: experiment(40), name: 'whole' });
  await studio.post('/api/runs/whole/command', { do: 'play' });
  await comesTo(studio, 'whole', (r) => r.status === 'done');
  await trainedTo(studio, 'ended', 50, experiment(40));
  const { page, wrong, close } = await openPage(browser, studio, '#/train?run=ended&lang=en');
  await page.getByRole('button', { name: 'End it here' }).click();
  await until(page, () => /at step 50\. Resume goes on from its checkpoint at step 50/.test(document.querySelector('[data-testid=cut-short]')?.textContent));
  assert.match(await page.textContent('[data-testid=progress]'), /cut short .* step 50 of 360/);
  await page.getByRole('button', { name: 'Resume' }).click();
  await until(page, () => /finished/.test(document.querySelector('[data-testid=progress]')?.textContent));
  assert.equal(await page.locator('[data-testid=cut-short]').count(), 0);
  await until(page, () => document.querySelector('[data-testid=step]')?.textContent === '360');
  assert.ok(modelOf(studio, 'ended').equals(modelOf(studio, 'whole')));
  assert.deepEqual(wrong, []);
  await close();
  studio.close();
});

test('a studio that was killed opens its runs where they came to', async () => {
  const first = await openStudio();
  await trainedTo(first, 'kept', 50, experiment(40));
  await trainedTo(first, 'lost', 7, experiment(40, ''));
  mkdirSync(join(first.directory, 'runs/data'));
  await first.kill();
  const studio = await openStudio(0, { directory: first.directory, runs: ['runs/data', 'runs/kept', 'runs/lost'] });
  assert.deepEqual((await studio.get('/api/state')).runs.map((r) => [r.id, r.status, r.step, r.checkpoint]), [
    ['kept', 'interrupted', 49, 45],
    ['lost', 'interrupted', 6, undefined],
  ]);
  const lost = await openPage(browser, studio, '#/train?run=lost&lang=en');
  await until(lost.page, () => /cannot be resumed/.test(document.querySelector('[data-testid=cut-short]')?.textContent));
  assert.equal(await lost.page.getByRole('button', { name: 'Resume' }).count(), 0);
  await lost.page.getByRole('button', { name: /^kept/ }).click();
  await until(lost.page, () => document.querySelector('[data-testid=step]')?.textContent === '49');
  await lost.page.getByRole('button', { name: 'Resume' }).click();
  await comesTo(studio, 'kept', (r) => r.status === 'done' && r.step === 360);
  assert.deepEqual(lost.wrong, []);
  await lost.close();
  studio.close();
});
