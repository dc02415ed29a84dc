// Prints how fast the studio is: first paint, frames a second while a network plays, growth of memory, and training in
// the studio against the command line (of MNIST, too, where ISINGLASS_CACHE says where it lies). No test, as the numbers
// are those of the machine:
//
//     node tests/browser/measure.mjs [MINUTES OF PLAYING]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binary, openBrowser, openPage, openStudio } from './rig.mjs';

const minutes = Number(process.argv[2] ?? 0.2);
const browser = await openBrowser();
const studio = await openStudio();
const say = (what, value) => console.log(`${what.padEnd(52)} ${value}`);

async function begin(name, body, steps) {
  const { id } = await studio.post('/api/runs', { name, ...body });
  await studio.post(`/api/runs/${id}/command`, steps ? { do: 'step', batches: steps } : { do: 'play' });
  for (;;) {
    const run = (await studio.get('/api/state')).runs.find((r) => r.id === id);
    if (run.status === 'done' || (steps && run.step === steps && run.status === 'paused')) return id;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const dense = (widths) => ({
  toml: `seed = 3
[data]
inputs = [[${Array(widths[0]).fill(0.3).join()}], [${Array(widths[0]).fill(-0.4).join()}]]
targets = [[${Array(widths.at(-1)).fill(0.2).join()}], [${Array(widths.at(-1)).fill(0.6).join()}]]
[model]
widths = [${widths.join()}]
activation = "tanh"
[train]
epochs = 4000
batch_size = 1
optimiser = { kind = "sgd", learning_rate = 0.05 }`,
});

async function frames(page, seconds) {
  return page.evaluate(
    (time) =>
      new Promise((resolve) => {
        const start = performance.now();
        let count = 0;
        const next = () => (++count, performance.now() - start < time ? requestAnimationFrame(next) : resolve((1000 * count) / (performance.now() - start)));
        requestAnimationFrame(next);
      }),
    1000 * seconds,
  );
}

await begin('ann-3-2-1', { scene: 'ann-3-2-1' }, 900);
await begin('lines', dense([4, 12, 2]), 900);
await begin('canvas', dense([4, 20, 20, 20, 20, 6]), 900);
await begin('pictures', dense([16, 128, 64, 4]), 300);

const first = await openPage(browser, studio, '#/network?run=ann-3-2-1&step=0');
await first.page.waitForSelector('.diagram [data-quantity]');
say('first paint, ms', Math.round(await first.page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN)));
await first.close();

for (const run of ['ann-3-2-1', 'lines', 'canvas', 'pictures'])
  for (const view of ['weights', 'back']) {
    const { page, close } = await openPage(browser, studio, `#/network?run=${run}&step=0&view=${view}`);
    await page.waitForSelector('.diagram .node, .heat canvas');
    await page.selectOption('.speed select', '20');
    await page.keyboard.press('Space');
    say(`frames/s, ${run}, ${view}, 20 steps/s`, (await frames(page, 3)).toFixed(1));
    await close();
  }

const { page, close } = await openPage(browser, studio, '#/network?run=ann-3-2-1&step=0&view=back');
await page.waitForSelector('.diagram [data-quantity]');
const session = await page.context().newCDPSession(page);
const heap = async () => {
  await session.send('HeapProfiler.collectGarbage');
  return (await session.send('Runtime.getHeapUsage')).usedSize / 1e6;
};
for (let i = 0; i <= 3; ++i) {
  say(`memory after ${(i * minutes) / 3} minutes of playing, MB`, (await heap()).toFixed(1));
  if (i < 3) {
    await page.keyboard.press('Home');
    await page.keyboard.press('Space');
    await page.waitForTimeout((minutes * 60000) / 3);
  }
}
await close();

// Seconds of training by the command line and by the studio, nobody else in the way.
const directory = mkdtempSync(join(tmpdir(), 'isinglass-measure-'));
async function beside(scene, epochs) {
  const file = join(directory, `${scene}.toml`), run = join(directory, scene);
  writeFileSync(file, (await studio.get('/api/scenes')).scenes.find((s) => s.name === scene).toml);
  spawnSync(binary, ['train', file, '--out', run, '--set', `train.epochs=${epochs}`], { stdio: 'ignore' });
  const { id } = await studio.post('/api/runs', { scene, name: `${scene}-beside`, set: { 'train.epochs': epochs } });
  await studio.post(`/api/runs/${id}/command`, { do: 'play' });
  while ((await studio.get('/api/state')).runs.find((r) => r.id === id).status !== 'done')
    await new Promise((resolve) => setTimeout(resolve, 50));
  const line = JSON.parse(readFileSync(join(run, 'summary.json'), 'utf8')).seconds;
  const there = (await studio.get(`/api/runs/${id}/report`)).summary.seconds;
  say(`${scene}, ${epochs} epochs: command line, studio, s`, `${line.toFixed(2)}, ${there.toFixed(2)}`);
  return id;
}
const long = await beside('ann-3-2-1', 100000);
if (process.env.ISINGLASS_CACHE) for (const scene of ['mnist-mlp', 'mnist-lenet']) await beside(scene, 2);
const curves = await openPage(browser, studio, `#/train?run=${long}&step=0`);
await curves.page.waitForSelector('.chart canvas');
say('curves of 100,000 steps are there after, ms', Math.round(await curves.page.evaluate(() => performance.now())));
const moving = (async () => {
  const box = await curves.page.locator('.chart canvas').first().boundingBox();
  for (let i = 0; i < 120; ++i) await curves.page.mouse.move(box.x + 60 + 3 * i, box.y + 80);
})();
say('frames/s while the pointer reads them', (await frames(curves.page, 2)).toFixed(1));
await moving;
await browser.close();
studio.close();
rmSync(directory, { recursive: true, force: true });
