// The page Train: what it says of a run is what the engine and the command line say.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { axe, binary, openBrowser, openPage, openStudio, until } from './rig.mjs';

let browser;
let studio;
const kBlobs = `seed = 3
[data]
generator = { kind = "blobs", samples = 120, classes = 3, deviation = 3.0 }
scale = "standard"
test_fraction = 0.25
[model]
layers = [ { kind = "dense", units = 5, activation = "relu" }, { kind = "dense", units = 4, activation = "sigmoid" }, { kind = "dense", units = 3, activation = "softmax" } ]
[train]
optimiser = { kind = "adam", learning_rate = 0.02 }
epochs = 8
batch_size = 10
`;
async function trained(toml, name, expected = 'done') {
  const { id } = await studio.post('/api/runs', { toml, name });
  await studio.post(`/api/runs/${id}/command`, { do: 'play' });
  for (let i = 0; i < 1200; ++i) {
    if ((await studio.get('/api/state')).runs.find((r) => r.id === id).status === expected) return id;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${name} did not come to be ${expected}`);
}
const open = (run, more = '', options) => openPage(browser, studio, `#/train?run=${run}&lang=en${more}`, options);

before(async () => {
  browser = await openBrowser();
  studio = await openStudio();
  await trained(kBlobs, 'blobs');
});
after(async () => {
  await browser?.close();
  studio?.close();
});

test('the confusion matrix is that of the command line', async () => {
  const { settings } = await studio.get('/api/runs/blobs/report');
  assert.equal(settings.seed, 3);
  const said = JSON.parse(execFileSync(binary, ['evaluate', 'runs/blobs', '--data', 'runs/blobs/experiment.toml', '--json'], { cwd: studio.directory }));
  const { page, wrong, close } = await open('blobs');
  await page.waitForSelector('.matrix');
  const drawn = await page.$$eval('.matrix tbody tr', (rows) => rows.map((r) => [...r.querySelectorAll('td')].map((c) => Number(c.textContent))));
  assert.deepEqual(drawn, said.metrics.confusion);
  for (const name of ['loss', 'accuracy']) assert.equal(Number(await page.getAttribute(`[data-testid="metric.${name}"]`, 'data-value')), said.metrics[name]);
  const cell = page.locator('.matrix button:enabled').first();
  const count = Number(await cell.textContent());
  await cell.click();
  await until(page, (n) => document.querySelectorAll('.cell li').length === n, Math.min(count, 60));
  assert.deepEqual(wrong, []);
  await close();
});

test('the table of units is that of the record, and sorts', async () => {
  const { page, wrong, close } = await open('blobs', '&step=27');
  await page.waitForSelector('.health tbody tr');
  const found = await studio.get('/api/runs/blobs/units?step=27');
  const column = (n) => page.$$eval('.health tbody tr', (rows, k) => rows.map((r) => Number(r.querySelectorAll('td')[k].dataset.value)), n);
  assert.deepEqual(await column(4), found.layers.map((l) => l.gradient_norm));
  assert.deepEqual(await column(6), found.layers.map((l) => l.update_ratio));
  await page.getByRole('button', { name: 'gradient' }).click();
  assert.deepEqual(await column(4), found.layers.map((l) => l.gradient_norm).sort((a, b) => b - a));
  await page.getByRole('button', { name: 'gradient' }).click();
  assert.deepEqual(await column(4), found.layers.map((l) => l.gradient_norm).sort((a, b) => a - b));
  await page.getByRole('button', { name: /^layer1/ }).click();
  await until(page, () => document.querySelectorAll('.health').length === 2);
  await page.getByRole('button', { name: 'H3', exact: true }).click();
  await page.waitForSelector('.inspector code:text("H3")');
  assert.deepEqual(wrong, []);
  await close();
});

test('a run that diverged says why, and where', async () => {
  const wild = kBlobs.replace('{ kind = "adam", learning_rate = 0.02 }', '{ kind = "sgd", learning_rate = 1e30 }').replaceAll('"softmax"', '"linear"').replace('[train]', '[train]\nloss = "mean_squared"');
  const id = await trained(wild, 'wild', 'failed');
  const { page, wrong, close } = await open(id);
  await page.waitForSelector('.progress .notice.bad');
  await page.waitForSelector('.findings li');
  assert.match(await page.textContent('.findings'), /Diverged/);
  await page.locator('.findings').getByRole('button').first().click();
  await page.waitForSelector('.inspector .head');
  assert.deepEqual(wrong, []);
  await close();
});

test('a run of no epochs is judged, too', async () => {
  const id = await trained(kBlobs.replace('epochs = 8', 'epochs = 0'), 'none');
  const { page, wrong, close } = await open(id);
  await page.waitForSelector('.matrix');
  assert.match(await page.textContent('main'), /Nothing has been recorded yet/);
  assert.deepEqual(wrong, []);
  await close();
});

test('runs are compared: what differs, and how each ended', async () => {
  await trained(kBlobs.replace('units = 5', 'units = 9').replace('0.02', '0.005'), 'other');
  const { page, wrong, close } = await open('blobs');
  await page.getByLabel('other').check();
  await page.waitForSelector('.compare tbody tr');
  const rows = await page.$$eval('.compare tbody tr', (all) => Object.fromEntries(all.map((r) => [r.querySelector('th')?.textContent.trim(), [...r.querySelectorAll('td')].map((c) => c.textContent)])));
  assert.deepEqual(rows['model.layers.1.units'], ['5', '9']);
  assert.deepEqual(rows['train.optimiser.learning_rate'], ['0.02', '0.005']);
  assert.ok(!('train.epochs' in rows));
  const summary = (await studio.get('/api/runs/other/report')).summary;
  assert.equal(Number(rows['test accuracy'][1]), Number(summary.metrics.test.accuracy.toPrecision(4)));
  assert.equal(await page.locator('.chart figcaption span', { hasText: 'other' }).count(), 1);
  assert.deepEqual(wrong, []);
  await close();
});

test('a run is held, goes on and is ended from here, and run again with a change', async () => {
  const { id } = await studio.post('/api/runs', { toml: kBlobs.replace('epochs = 8', 'epochs = 100000'), name: 'long' });
  const { page, wrong, close } = await open(id);
  await page.getByRole('button', { name: 'Train', exact: true }).last().click();
  await until(page, () => /left/.test(document.querySelector('[data-testid=progress]')?.textContent));
  await page.getByRole('button', { name: 'Hold' }).click();
  await until(page, () => /waiting/.test(document.querySelector('[data-testid=progress]')?.textContent));
  await page.getByRole('button', { name: 'Train on' }).click();
  await until(page, () => !/waiting/.test(document.querySelector('[data-testid=progress]')?.textContent));
  await page.getByRole('button', { name: 'End it here' }).click();
  await until(page, () => /cut short/.test(document.querySelector('[data-testid=progress]')?.textContent));
  await page.getByRole('button', { name: 'Change and run again' }).click();
  await page.waitForSelector('#toml');
  await until(page, () => document.querySelector('#toml').value.includes('epochs = 100000'));
  await page.fill('#set-train-epochs', '2');
  await until(page, () => document.querySelector('#toml').value.includes('epochs = 2\n'));
  await page.getByRole('button', { name: 'Begin the training' }).click();
  await until(page, () => /finished/.test(document.querySelector('[data-testid=progress]')?.textContent));
  assert.ok((await studio.get('/api/state')).runs.some((r) => r.id === 'long-2' && r.step === 18));
  assert.deepEqual(wrong, []);
  await close();
});

test('curves of 100,000 steps are drawn fluidly', async () => {
  const many = '[data]\ninputs = [[0.5, 0.2]]\ntargets = [[0.3]]\n[model]\nwidths = [2, 2, 1]\n[train]\nepochs = 100000\n[record]\nlevel = "summary"\n';
  const id = await trained(many, 'many');
  const curves = await studio.get(`/api/runs/${id}/curves`);
  assert.ok(curves.steps.length <= 2000 && curves.steps.length > 500);
  assert.deepEqual([curves.steps[0], curves.steps.at(-1)], [0, 100000]); // with the state after the last
  const { page, wrong, close } = await open(id);
  await page.waitForSelector('.chart canvas');
  const frames = await page.evaluate(async () => {
    const slider = document.querySelector('input[type=range]');
    const begun = performance.now();
    for (let i = 0; i < 30; ++i) {
      slider.value = `${i * 3000}`;
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      await new Promise(requestAnimationFrame);
    }
    return 30000 / (performance.now() - begun);
  });
  assert.ok(frames > 15, `${frames} frames a second`);
  assert.deepEqual(wrong, []);
  await close();
});

test('no serious fault of accessibility, nor wider than its frame', async () => {
  for (const look of ['lang=en&theme=light', 'lang=en&theme=dark', 'lang=zh&theme=light', 'lang=zh&theme=dark'])
    for (const width of [look.includes('en') === look.includes('light') ? 1360 : 360]) {
      const { page, close } = await openPage(browser, studio, `#/train?run=blobs&${look}`, { viewport: { width, height: 800 }, bypassCSP: true });
      await page.waitForSelector('.matrix');
      await page.waitForSelector('.health tbody tr');
      await page.locator('.matrix button:enabled').first().click();
      await page.waitForSelector('.cell li');
      for (const box of await page.$$('fieldset.choices input')) await box.check();
      await page.addScriptTag({ path: axe() });
      const found = await page.evaluate(() => window.axe.run({ resultTypes: ['violations'] }));
      const grave = found.violations.filter((v) => ['serious', 'critical'].includes(v.impact));
      assert.deepEqual(grave.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(' ')}`), [], `${look} ${width}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${look} ${width}: wider than its frame`);
      await close();
    }
});
