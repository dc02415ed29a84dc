// The page Search: what it draws of a search is what the command line prints of the same one.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { axe, binary, openBrowser, openPage, openStudio, until } from './rig.mjs';

const kSearch = `seed = 3
[data]
generator = { kind = "blobs", samples = 150, seed = 4 }
validation_fraction = 0.3
[model]
layers = [ { kind = "dense", units = 8, activation = "tanh" }, { kind = "dense", units = 3, activation = "softmax" } ]
[train]
optimiser = { kind = "momentum", learning_rate = 0.01 }
epochs = 8
batch_size = 16
[search]
method = "pbt"
members = 6
interval = 2
score = "validation.loss"
[search.space]
"train.optimiser.learning_rate" = { log_uniform = [1e-4, 1] }
"train.optimiser.momentum" = { uniform = [0, 0.99] }
`;
const kRandom = `${kSearch.replace('"pbt"', '"random"')}"model.layers.1.activation" = { choice = ["tanh", "relu", "sigmoid"] }\n`;

let browser;
let studio;
const begin = async (toml, name, status = 'done') => {
  const { id } = await studio.post('/api/searches', { toml, name });
  for (let i = 0; i < 1200; ++i) {
    const found = await studio.get(`/api/searches/${id}`);
    if (found.status === status) return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${name} did not come to be ${status}`);
};
const open = (search, more = '', options) => openPage(browser, studio, `#/search?search=${search}&lang=en${more}`, options);
const values = (page, selector) => page.$$eval(selector, (cells) => cells.map((c) => Number(c.dataset.value)));

before(async () => {
  browser = await openBrowser();
  studio = await openStudio();
  await begin(kSearch, 'pbt');
  await begin(kRandom, 'random');
});
after(async () => {
  await browser?.close();
  studio?.close();
});

test('a search begun from the page has the numbers of the command line', async () => {
  const { page, wrong, close } = await openPage(browser, studio, '#/search?lang=en');
  await page.getByText('Begin a search').click();
  await page.getByLabel('The search as TOML').fill(kSearch);
  await page.getByRole('button', { name: 'Begin the search' }).click();
  await until(page, () => location.hash.includes('search=search&') && /finished/.test(document.querySelector('[data-testid=search-progress]')?.textContent));
  const there = join(studio.directory, 'by-hand');
  mkdirSync(there, { recursive: true });
  writeFileSync(join(there, 'e.toml'), kSearch);
  const said = execFileSync(binary, ['search', 'e.toml', '--json'], { cwd: there }).toString().trim().split('\n').map((line) => JSON.parse(line));
  const done = said.at(-1);
  assert.equal(Number(await page.getAttribute('[data-testid=best-score]', 'data-value')), done.best.score);
  const found = await studio.get('/api/searches/search');
  const epochs = said.filter((e) => e.event === 'epoch');
  await until(page, (n) => document.querySelectorAll('.ribbon').length === n, epochs.length);
  assert.deepEqual(found.reports.map((r) => [r.member, r.epoch, r.score, r.loss, r.values]), epochs.map((r) => [r.member, r.epoch, r.score, r.loss, r.values]));
  assert.equal(await page.locator('.copy').count(), said.filter((e) => e.event === 'exploit').length);
  // The table has the last score of every member.
  const last = new Map(epochs.map((e) => [e.member, e.score]));
  const rows = await page.$$eval('.standing tbody tr', (all) => all.map((r) => [Number(r.querySelector('th').textContent), Number(r.querySelector('td').dataset.value)]));
  for (const [member, score] of rows) assert.equal(score, last.get(member), `member ${member}`);
  assert.deepEqual(rows.map((r) => r[1]), rows.map((r) => r[1]).sort((a, b) => a - b));
  assert.deepEqual(wrong, []);
  await close();
});

test('an arrow says what was copied, and what it became', async () => {
  const { page, wrong, close } = await open('pbt');
  await page.waitForSelector('.copy');
  const found = await studio.get('/api/searches/pbt');
  const copies = found.events.filter((e) => e.event === 'exploit');
  await page.locator('.copy').first().focus();
  for (const copy of copies) {
    await until(page, (n) => document.querySelector('.detail p')?.textContent.includes(`member ${n} copies`), copy.member);
    const next = found.events.slice(found.events.indexOf(copy) + 1).find((e) => e.member === copy.member);
    const now = next?.event === 'explore' ? next.values : copy.values;
    const key = 'train.optimiser.learning_rate';
    assert.deepEqual(await values(page, '.detail tbody tr:first-child td'), [copy.before[key], copy.values[key], now[key]]);
    await page.keyboard.press('ArrowRight');
  }
  assert.deepEqual(wrong, []);
  await close();
});

test('the table sorts, and searches stand beside each other', async () => {
  const { page, wrong, close } = await open('pbt');
  await page.waitForSelector('.standing tbody tr');
  await page.getByRole('button', { name: 'learning_rate', exact: true }).click();
  const up = await values(page, '.standing tbody td:nth-child(4)');
  assert.deepEqual(up, [...up].sort((a, b) => a - b));
  await page.getByRole('button', { name: 'learning_rate', exact: true }).click();
  assert.deepEqual(await values(page, '.standing tbody td:nth-child(4)'), [...up].reverse());
  await page.getByLabel(/^random/).check();
  await until(page, () => document.querySelectorAll('.lines li').length === 2);
  assert.deepEqual(wrong, []);
  await close();
});

test('the winner trains again from here and comes to its score', async () => {
  const { page, wrong, close } = await open('pbt');
  await page.getByRole('button', { name: 'Train it from the beginning' }).click();
  await page.waitForSelector('[data-testid=progress]');
  await page.locator('.progress').getByRole('button', { name: 'Train', exact: true }).click();
  await until(page, () => /finished/.test(document.querySelector('[data-testid=progress]')?.textContent));
  const { summary } = await studio.get('/api/runs/pbt-best/report');
  assert.equal(summary.metrics.validation.loss, (await studio.get('/api/searches/pbt')).best.score);
  assert.deepEqual(wrong, []);
  await close();
});

test('a long search is ended and gone on with, and a wrong one is refused', async () => {
  const { page, wrong, close } = await openPage(browser, studio, '#/search?lang=en');
  await page.getByText('Begin a search').click();
  await page.getByLabel('The search as TOML').fill(kSearch.replace('train.optimiser.momentum', 'train.optimiser.momentun'));
  await page.getByRole('button', { name: 'Begin the search' }).click();
  await page.waitForSelector('.new [role=alert]');
  assert.match(await page.textContent('.new [role=alert]'), /momentun.*did you mean.*momentum/);
  await page.getByLabel('The search as TOML').fill(kSearch.replace('epochs = 8', 'epochs = 200000'));
  await page.getByRole('button', { name: 'Begin the search' }).click();
  await page.waitForSelector('.ribbon');
  await page.getByRole('button', { name: 'End it here' }).click();
  await until(page, () => /not finished/.test(document.querySelector('[data-testid=search-progress]')?.textContent));
  await page.getByRole('button', { name: 'Go on' }).click();
  await until(page, () => /searching/.test(document.querySelector('[data-testid=search-progress]')?.textContent));
  await page.getByRole('button', { name: 'End it here' }).click();
  await until(page, () => /not finished/.test(document.querySelector('[data-testid=search-progress]')?.textContent));
  assert.deepEqual(wrong.filter((line) => !line.includes('400')), []); // the refusal itself
  await close();
});

test('a search of the gallery begins', async () => {
  const { page, wrong, close } = await openPage(browser, studio, '#/gallery?lang=en');
  await page.getByRole('button', { name: /Three clouds: eight learners/ }).click();
  await until(page, () => /finished/.test(document.querySelector('[data-testid=search-progress]')?.textContent));
  assert.ok(existsSync(join(studio.directory, 'runs/search-blobs/best.toml')));
  assert.deepEqual(wrong, []);
  await close();
});

test('no serious fault of accessibility, nor wider than its frame', async () => {
  for (const lang of ['en', 'zh'])
    for (const theme of ['light', 'dark'])
      for (const width of [1360, 360]) {
        const look = `${lang} ${theme} ${width}`;
        const { page, wrong, close } = await openPage(browser, studio, `#/search?search=pbt&lang=${lang}&theme=${theme}`, { viewport: { width, height: 900 }, bypassCSP: true });
        await page.waitForSelector('.copy');
        await page.locator('.copy').first().focus();
        await page.addScriptTag({ path: axe() });
        const found = await page.evaluate(() => window.axe.run({ resultTypes: ['violations'] }));
        const grave = found.violations.filter((v) => ['serious', 'critical'].includes(v.impact));
        assert.deepEqual(grave.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(' ')}`), [], look);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${look}: wider than its frame`);
        assert.deepEqual(wrong, []);
        await close();
      }
});
