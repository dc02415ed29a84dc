// Every page in both languages, both themes, wide and narrow: nothing that axe-core calls grave, nothing wider than its
// frame, no error, no request that leaves this machine; and the way through the studio by keyboard alone.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { axe, openBrowser, openPage, openStudio, until } from './rig.mjs';

// Each with what stands there once the page is complete.
const kPages = [
  ['gallery', '.card'],
  ['data', '.drop'],
  ['functions', 'main h1'],
  ['convolution', 'main h1'],
  ['initialisation', '.histogram'],
  ['network?run=ann-3-2-1&step=3&view=back', '.diagram [data-quantity]'],
  ['network?run=iris&step=16&pin=w(1,5)', '.diagram [data-name]'],
  ['network?run=cnn-batch&step=4', '.diagram [data-quantity]'],
  ['derivative?run=autoencoder-3-2-1-2-3&step=40', '.checks'],
  ['derivative?run=cnn-batch&step=4&sample=batch', '.kernel.lit'],
  ['train?run=iris&step=16', '.chart canvas'],
  ['boundary?run=xor&step=200', '.unit-card'],
  ['boundary?run=ann-3-2-1&step=3', '.unfit h1, .unit-card'],
  ['autoencoder?run=autoencoder-3-2-1-2-3&step=40', '.latent-map svg'],
];

// Two at a time: what takes the time is axe-core, in a process of its own for each page.
describe('every page', { concurrency: 2 }, () => {
  let browser;
  let studio;
  before(async () => {
    browser = await openBrowser();
    studio = await openStudio();
    for (const [scene, step] of [['ann-3-2-1', 3], ['autoencoder-3-2-1-2-3', 40], ['xor', 200], ['iris', 16], ['cnn-batch', 8]]) await studio.train(scene, step);
  });
  after(async () => {
    await browser?.close();
    studio?.close();
  });

  for (const lang of ['en', 'zh'])
    for (const width of [1360, 360])
      test(`${lang}, ${width} pixels wide`, async () => {
        const { page, wrong, close } = await openPage(browser, studio, `#/gallery?lang=${lang}`, { viewport: { width, height: 800 }, bypassCSP: true });
        for (const [hash, complete] of kPages)
          for (const theme of ['light', 'dark']) {
            const where = `${hash} ${lang} ${theme} ${width}`;
            await page.goto('about:blank');
            await page.goto(`${studio.address}#/${hash}${hash.includes('?') ? '&' : '?'}lang=${lang}&theme=${theme}`);
            await page.waitForSelector(complete);
            await page.addScriptTag({ path: axe() });
            const grave = await page.evaluate(async () => {
              const found = await window.axe.run({ resultTypes: ['violations'] });
              return found.violations.filter((v) => ['serious', 'critical'].includes(v.impact)).map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(' ')}`);
            });
            assert.deepEqual(grave, [], where);
            assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${where}: wider than its frame`);
          }
        assert.deepEqual(wrong, []);
        await close();
      });

  test('by keyboard alone: begin, step, look at a node, change a weight, take it back, ask for a derivative', async () => {
    const { page, wrong, close } = await openPage(browser, studio, '#/gallery?lang=en');
    await page.waitForSelector('.card');
    // As far as Tab leads; what it leads to shows that it is there.
    const reach = async (selector) => {
      for (let i = 0; i < 80; ++i) {
        if (await page.evaluate((s) => document.activeElement.matches(s), selector)) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`Tab does not lead to ${selector}`);
    };
    await reach('.card, .card *');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.diagram [data-quantity]');
    const state = () => page.evaluate(() => new URLSearchParams(location.hash.split('?')[1]).get('step'));
    await page.keyboard.press(']');
    await until(page, () => location.hash.includes('step=1'));
    await reach('.diagram .node');
    await page.keyboard.press('Enter');
    await until(page, () => location.hash.includes('pin='));
    const said = () => page.textContent('.ends [data-quantity^="prediction"]');
    await page.keyboard.press('Escape');
    await page.evaluate(() => document.activeElement.blur());
    await reach('.diagram .edge');
    const before = await said();
    await page.keyboard.press('Enter');
    await page.keyboard.press('e');
    await until(page, () => document.activeElement.matches('input'));
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('2.5');
    await page.keyboard.press('Enter');
    await until(page, (old) => document.querySelector('.ends [data-quantity^="prediction"]').textContent !== old, before);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('z');
    await until(page, (old) => document.querySelector('.ends [data-quantity^="prediction"]').textContent === old, before);
    assert.equal(await state(), '1');
    await page.keyboard.press('g');
    await page.waitForSelector('.checks');
    assert.deepEqual(wrong, []);
    await close();
  });
});
