// Scenes as links and files, pictures as SVG and PNG.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { openBrowser, openPage, openStudio, until } from './rig.mjs';

let browser;
let studio;
before(async () => {
  browser = await openBrowser();
  studio = await openStudio();
  await studio.train('ann-3-2-1', 20);
  await studio.train('iris', 6);
});
after(async () => {
  await browser?.close();
  studio?.close();
});

const open = async (hash, where = studio, options = {}) => {
  const opened = await openPage(browser, where, hash, { permissions: ['clipboard-read', 'clipboard-write'], acceptDownloads: true, ...options });
  await opened.page.waitForSelector('.share, .card');
  return opened;
};
const drawn = (page) => page.$$eval('.diagram [data-quantity]', (texts) => Object.fromEntries(texts.map((t) => [t.dataset.quantity, t.textContent])));
async function saved(page, name) {
  await page.evaluate(() => (document.querySelector('.share').open = true));
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

test('a link holds a whole scene: another studio shows the same, when its reader says so', async () => {
  const first = await open('#/network?run=ann-3-2-1&step=15&view=back&pin=H5&lang=zh');
  await first.page.waitForSelector('.diagram [data-quantity="dL/dw(1,4)"]');
  const shown = await drawn(first.page);
  await first.page.click('.share summary');
  await first.page.locator('.share button').first().click();
  await until(first.page, () => document.querySelector('.share p').textContent !== '');
  const link = await first.page.evaluate(() => navigator.clipboard.readText());
  const other = await openStudio();
  const second = await open(new URL(link).hash + '&lang=zh', other);
  await second.page.waitForSelector('.offer');
  assert.equal((await other.get('/api/state')).runs.length, 0);
  await second.page.locator('.offer .primary').click();
  await until(second.page, () => document.querySelector('[data-testid=step]')?.textContent === '15');
  await until(second.page, (text) => document.querySelector('.diagram [data-quantity="dL/dw(1,4)"]')?.textContent === text, shown['dL/dw(1,4)']);
  assert.deepEqual(await drawn(second.page), shown);
  assert.equal((await other.get('/api/state')).runs[0].id, 'ann-3-2-1');
  // Where the run is there already it is opened, and none is begun.
  const third = await open(new URL(link).hash);
  await third.page.locator('.offer .primary').click();
  await until(third.page, () => document.querySelector('[data-testid=step]')?.textContent === '15');
  assert.equal((await studio.get('/api/state')).runs.length, 2);
  for (const { wrong, close } of [first, second, third]) {
    assert.deepEqual(wrong, []);
    await close();
  }
  other.close();
});

test('a scene file is saved and opened, and what is none is refused with a line', async () => {
  const { page, wrong, close } = await open('#/network?run=ann-3-2-1&step=9&view=forward&lang=en');
  const file = await saved(page, 'Save scene');
  assert.match(file.name, /^ann-3-2-1-network-9\.scene\.json$/);
  const scene = JSON.parse(file.bytes);
  assert.equal(scene.step, 9);
  assert.equal(scene.view, 'forward');
  const give = (content) => page.setInputFiles('.share input[type=file]', { name: 'x.json', mimeType: 'application/json', buffer: Buffer.from(content) });
  const refused = async (content, line) => {
    await give(content);
    await page.waitForSelector(`.notice.bad:has-text(${JSON.stringify(line)})`);
    assert.equal(await page.locator('.offer').count(), 0);
  };
  await refused('<script>alert(1)</script>', 'no JSON');
  await refused('{"format":"isinglass scene 1"}', 'experiment');
  await refused(JSON.stringify({ ...scene, step: -4 }), 'step');
  await refused(JSON.stringify({ ...scene, view: 'x"><img src=x onerror=alert(1)>' }), 'view');
  await give(JSON.stringify({ ...scene, name: '<img src=x onerror=alert(1)>', step: 4 }));
  await page.waitForSelector('.offer');
  assert.equal(await page.locator('.offer img').count(), 0);
  await give(JSON.stringify({ ...scene, step: 3 }));
  await until(page, () => document.querySelector('.offer')?.textContent.includes('step 3'));
  await page.locator('.offer .primary').click();
  await until(page, () => document.querySelector('[data-testid=step]')?.textContent === '3');
  assert.deepEqual(wrong, []); // from here on the server refuses, and the browser says so, too
  await give(JSON.stringify({ ...scene, name: 'bad', experiment: { ...scene.experiment, seed: 'x' } }));
  await page.locator('.offer .primary').click();
  await page.waitForSelector('.notice.bad:has-text("expected an integer")');
  await close();
});

test('pictures are saved as SVG that stands alone, and as PNG of its size', async () => {
  for (const [run, hash] of [['ann-3-2-1', '&view=back'], ['iris', ''], ['ann-3-2-1', '&theme=dark']]) {
    const { page, wrong, close } = await open(`#/network?run=${run}&step=5&lang=en${hash}`);
    await page.waitForSelector('.diagram .node');
    await page.waitForTimeout(200);
    const svg = String((await saved(page, 'Picture as SVG')).bytes);
    assert.match(svg, /^<svg /);
    for (const outside of ['foreignObject', 'http:', 'https:', 'var(', '<script', 'onload'])
      assert.ok(!svg.replaceAll('http://www.w3.org/', '').includes(outside), outside);
    const size = await page.evaluate((text) => {
      const picture = new DOMParser().parseFromString(text.replace(/<style>.*?<\/style>/s, ''), 'image/svg+xml');
      if (picture.querySelector('parsererror')) return null;
      const { width, height } = picture.documentElement.viewBox.baseVal;
      return { width, height, texts: picture.querySelectorAll('text').length, circles: picture.querySelectorAll('circle').length };
    }, svg);
    assert.ok(size && size.texts > 5 && size.circles > 5, JSON.stringify(size));
    const png = (await saved(page, 'Picture as PNG')).bytes;
    assert.equal(png.toString('latin1', 1, 4), 'PNG');
    assert.equal(png.readUInt32BE(16), Math.round(2 * size.width));
    assert.equal(png.readUInt32BE(20), Math.round(2 * size.height));
    assert.deepEqual(wrong, []);
    await close();
  }
});

test('a saved chart of a branch shows where it left its parent, as the page does', async () => {
  const { id } = await studio.post('/api/runs/ann-3-2-1/branch', { step: 10, edits: { 'w(1,4)': 1 }, set: {} });
  await studio.post(`/api/runs/${id}/command`, { do: 'step', batches: 8 });
  const { page, wrong, close } = await openPage(browser, studio, `#/train?run=${id}&step=14&lang=en`, { acceptDownloads: true });
  const button = page.locator('.chart', { has: page.locator('.fork') }).first().locator('.files button').first();
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  const svg = String(readFileSync(await download.path()));
  assert.match(svg, /stroke-width="1.6" stroke-dasharray/);
  assert.ok(svg.includes('>left its parent at step 10</text>'), svg.slice(-600));
  assert.deepEqual(wrong, []);
  await close();
});

test('figures for print come from the engine', async () => {
  for (const [kind, format, begins] of [['network', 'svg', '<?xml'], ['loss', 'svg', '<?xml'], ['weights', 'png', '\u0089PNG']]) {
    const answer = await fetch(new URL(`/api/runs/ann-3-2-1/figure?kind=${kind}&format=${format}&step=5`, studio.address));
    assert.equal(answer.status, 200, kind);
    const bytes = Buffer.from(await answer.arrayBuffer()).toString('latin1');
    assert.ok(bytes.startsWith(begins) || bytes.startsWith('<svg'), bytes.slice(0, 20));
  }
  const refused = await fetch(new URL('/api/runs/ann-3-2-1/figure?kind=netwrk&format=svg', studio.address));
  assert.equal(refused.status, 400);
  assert.match((await refused.json()).error, /network/);
});
