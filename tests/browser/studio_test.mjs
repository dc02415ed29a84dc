// The studio in a real browser: what it shows is what the engine computed, and everybody can use it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { axe, openBrowser, openPage, openStudio, until } from './rig.mjs';

let browser;
let studio;
before(async () => {
  browser = await openBrowser();
  studio = await openStudio();
  await studio.train('ann-3-2-1', 40);
  await studio.train('autoencoder-3-2-1-2-3', 60);
  await studio.train('cnn-single', 9);
});
after(async () => {
  await browser?.close();
  studio?.close();
});

const golden = JSON.parse(readFileSync(new URL('../golden/ann_3_2_1.json', import.meta.url)));

// The numbers on the diagram, by quantity name, as they are written there.
const drawn = (page) =>
  page.$$eval('.diagram [data-quantity]', (texts) =>
    Object.fromEntries(texts.map((t) => [t.dataset.quantity, t.textContent.split('= ')[1]])),
  );

// "−2.7×10−3" as a number, and how far its last digit reaches.
function read(text) {
  const [head, power = '0'] = text.replaceAll('\u2212', '-').split('\u00d710');
  const digits = head.split('.')[1]?.length ?? 0;
  return { value: Number(head) * 10 ** Number(power), tolerance: 0.5000001 * 10 ** (Number(power) - digits) };
}

const settled = (page, step) =>
  until(page, (k) => document.querySelector('[data-testid=step]')?.textContent === `${k}`, step);

async function expectNumbers(page, expected) {
  const shown = await drawn(page);
  for (const [name, value] of Object.entries(expected)) {
    assert.ok(name in shown, `${name} is not drawn`);
    const { value: written, tolerance } = read(shown[name]);
    assert.ok(Math.abs(written - value) <= tolerance, `${name}: drawn ${shown[name]}, computed ${value}`);
  }
}

test('every view of 3-2-1 shows the numbers of the engine', async () => {
  for (const step of [0, 1, 17]) {
    const moment = await studio.get(`/api/runs/ann-3-2-1/moment?step=${step}&sample=0`);
    const network = await studio.get('/api/runs/ann-3-2-1');
    const weights = network.edges.map((e) => e.weight);
    const biases = network.nodes.flatMap((n) => n.bias ?? []);
    const of = (names, prefix = '', table = moment.numbers, label = prefix) =>
      Object.fromEntries(names.map((n) => [label + n, table[prefix + n]]));
    const expected = {
      weights: { ...of(weights), ...of(biases) },
      forward: { ...of(network.edges.map((e) => e.id), '', moment.signals, 'signal '), ...of(['H4', 'H5', 'O6', 'in(H4)', 'in(H5)', 'in(O6)']) },
      back: of([...weights, ...biases, 'H4', 'in(H4)', 'I1', 'O6'], 'dL/d'),
      update: of([...weights, ...biases], '', moment.updates, 'update '),
    };
    for (const [view, numbers] of Object.entries(expected)) {
      const { page, wrong, close } = await openPage(browser, studio, `#/network?run=ann-3-2-1&step=${step}&view=${view}`);
      await page.waitForSelector('.diagram [data-quantity]');
      await expectNumbers(page, numbers);
      assert.deepEqual(wrong, []);
      await close();
    }
  }
});

test('these are the golden numbers of the source material', async () => {
  assert.ok(golden, 'golden numbers');
  const moment = await studio.get('/api/runs/ann-3-2-1/moment?step=1&sample=0');
  const near = (name, value) => assert.ok(Math.abs(moment.numbers[name] - value) < 5e-3, `${name}: ${moment.numbers[name]}`);
  for (const [name, value] of Object.entries({ 'w(1,4)': 0.32, 'w(2,4)': -0.3, 'w(3,4)': 0.38, 'w(4,6)': 0.18, 'w(5,6)': 0.41, H4: 0.61, H5: 0.61, O6: 0.17 }))
    near(name, value);
  assert.ok(Math.abs(moment.numbers['dL/dw(1,4)'] + 2.77e-3) < 5e-6);
});

test('dragging time back and forth shows each moment again', async () => {
  const { page, wrong, close } = await openPage(browser, studio, '#/network?run=ann-3-2-1&step=0&view=back');
  await page.waitForSelector('.diagram [data-quantity]');
  const slider = page.locator('input[type=range]');
  const seen = new Map();
  const look = async (step) => {
    await settled(page, step);
    const moment = await studio.get(`/api/runs/ann-3-2-1/moment?step=${step}&sample=0`);
    await until(
      page,
      (loss) => document.querySelector('.facts dd')?.textContent === loss,
      String(moment.loss).replaceAll('-', '\u2212'),
    );
    return JSON.stringify(await drawn(page));
  };
  await slider.focus();
  for (let k = 0; k <= 6; ++k) {
    seen.set(k, await look(k));
    if (k < 6) await page.keyboard.press('ArrowRight');
  }
  for (let k = 5; k >= 0; --k) {
    await page.keyboard.press('ArrowLeft');
    assert.equal(await look(k), seen.get(k), `step ${k} going back`);
  }
  const box = await slider.boundingBox();
  await page.mouse.click(box.x + box.width - 9, box.y + box.height / 2);
  await look(40);
  await page.mouse.click(box.x + 4, box.y + box.height / 2);
  assert.equal(await look(0), seen.get(0));
  assert.deepEqual(wrong, []);
  await close();
});

test('playing trains, holding holds, and a step is a step', async () => {
  const { page, wrong, close } = await openPage(browser, studio, '#/gallery?lang=en');
  await page.getByRole('button', { name: /^Exclusive or/ }).first().click();
  await page.waitForSelector('.diagram [data-quantity]');
  await page.getByRole('button', { name: 'One step on' }).click();
  await settled(page, 1);
  await page.keyboard.press(']');
  await settled(page, 2);
  await page.keyboard.press('[');
  await settled(page, 1);
  await page.getByRole('button', { name: 'Play' }).click();
  await until(page, () => Number(document.querySelector('[data-testid=step]').textContent) > 6);
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.waitForTimeout(300);
  const held = await page.textContent('[data-testid=step]');
  await page.waitForTimeout(400);
  assert.equal(await page.textContent('[data-testid=step]'), held);
  assert.deepEqual(wrong, []);
  await close();
});

test('the sum over the paths is the gradient, for every parameter', async () => {
  for (const [run, step] of [['ann-3-2-1', 3], ['autoencoder-3-2-1-2-3', 50], ['cnn-single', 4]]) {
    const network = await studio.get(`/api/runs/${run}`);
    const names = [...new Set([...network.edges.map((e) => e.weight), ...network.nodes.flatMap((n) => n.bias ?? [])])];
    const { page, wrong, close } = await openPage(browser, studio, `#/derivative?run=${run}&step=${step}`);
    for (const name of names) {
      await page.waitForSelector('label.target select');
      await page.selectOption('label.target select', `dL/d${name}`);
      const found = await studio.get(`/api/runs/${run}/explain?step=${step}&sample=0&quantity=dL/d${encodeURIComponent(name)}`);
      const total = found.paths.reduce((sum, p) => sum + p.product, 0);
      assert.ok(Math.abs(total - found.recorded) <= 1e-10 * Math.abs(found.recorded) + 1e-18, `${name}: ${total}`);
      const written = String(found.recorded).replaceAll('-', '\u2212');
      await until(
        page,
        (text) => document.querySelector('[data-testid="derivative.recorded"]')?.textContent === text,
        written,
      );
      assert.equal(await page.locator('.path-list li').count(), found.paths.length);
    }
    assert.deepEqual(wrong, []);
    await close();
  }
});

test('only the right edges are lit', async () => {
  const { page, close } = await openPage(browser, studio, '#/derivative?run=ann-3-2-1&step=0&of=dL/dw(1,4)');
  await page.waitForSelector('.edge.lit');
  const lit = await page.$$eval('.edge.lit', (edges) => edges.map((e) => e.dataset.edge).sort());
  assert.deepEqual(lit, ['w(1,4)', 'w(4,6)']);
  await close();
});

test('the inspector follows the keyboard', async () => {
  const { page, wrong, close } = await openPage(browser, studio, '#/network?run=ann-3-2-1&step=0&lang=en');
  await page.waitForSelector('.diagram [data-quantity]');
  await page.focus('[data-name="I1"]');
  await page.keyboard.press('ArrowRight');
  await page.waitForSelector('.inspector code:text("w(1,4)")');
  await page.keyboard.press('ArrowRight');
  await page.waitForSelector('.inspector code:text("H4")');
  await page.keyboard.press('Enter');
  const name = await page.getAttribute('[data-name="H4"]', 'aria-label');
  assert.match(name, /^node H4: 0\.607$/);
  await page.waitForSelector('.inspector .equation .katex');
  await page.keyboard.press('g');
  await page.waitForSelector('.path-list li');
  assert.equal(await page.inputValue('label.target select'), 'dL/dH4');
  assert.deepEqual(wrong, []);
  await close();
});

test('a link opens the same view', async () => {
  const first = await openPage(browser, studio, '#/network?run=ann-3-2-1&step=5&view=forward&pin=H5&lang=zh&theme=dark');
  await first.page.waitForSelector('.inspector .equation');
  const link = await first.page.evaluate(() => location.hash);
  const second = await openPage(browser, studio, link);
  await second.page.waitForSelector('.inspector .equation');
  assert.deepEqual(await drawn(second.page), await drawn(first.page));
  assert.equal(await second.page.evaluate(() => document.documentElement.lang), 'zh-Hans');
  assert.equal(await second.page.evaluate(() => document.documentElement.dataset.theme), 'dark');
  await first.close();
  await second.close();
});

test('the page comes back when the server does', async () => {
  const own = await openStudio();
  const port = Number(new URL(own.address).port);
  const { page, close } = await openPage(browser, own, '#/gallery?lang=en');
  await page.waitForSelector('.card');
  own.close();
  await page.waitForSelector('.notice.warn');
  const again = await openStudio(port);
  await page.waitForSelector('.notice.warn', { state: 'detached', timeout: 20000 });
  again.close();
  await close();
});

test('foreign pages are refused', async () => {
  const body = JSON.stringify({ scene: 'ann-3-2-1' });
  const ask = (headers) => fetch(new URL('/api/runs', studio.address), { method: 'POST', body, headers });
  assert.equal((await ask({})).status, 403);
  assert.equal((await ask({ 'X-Isinglass-Token': studio.token, Origin: 'http://evil.example' })).status, 403);
  const before = (await studio.get('/api/state')).runs.length;
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.route('http://evil.example/', (route) => route.fulfill({ contentType: 'text/html', body: '<p>evil</p>' }));
  await page.goto('http://evil.example/');
  const outcome = await page.evaluate(
    ([address]) => fetch(`${address}api/state`).then((r) => r.text(), () => 'refused'),
    [studio.address],
  );
  assert.equal(outcome, 'refused');
  assert.equal((await studio.get('/api/state')).runs.length, before);
  await context.close();
});

test('no page has a serious fault of accessibility, nor leaves its frame', async () => {
  const hashes = [
    '#/gallery?',
    '#/network?run=ann-3-2-1&step=2&pin=H4&',
    '#/network?run=autoencoder-3-2-1-2-3&step=9&view=back&',
    '#/derivative?run=ann-3-2-1&step=2&of=dL/dI1&',
    '#/train?run=ann-3-2-1&step=9&',
  ];
  for (const hash of hashes)
    for (const look of ['lang=en&theme=light', 'lang=en&theme=dark', 'lang=zh&theme=light', 'lang=zh&theme=dark'])
      for (const width of [look.includes('en') === look.includes('light') ? 1360 : 360]) {
        const { page, wrong, close } = await openPage(browser, studio, hash + look, { viewport: { width, height: 800 }, bypassCSP: true });
        await page.waitForSelector(hash.includes('gallery') ? '.card' : hash.includes('network') ? '.diagram [data-quantity]' : hash.includes('train') ? '.chart canvas' : '.path-list li');
        if (hash.includes('pin')) await page.waitForSelector('.equation');
        await page.addScriptTag({ path: axe() });
        const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
        const serious = violations.filter((v) => ['serious', 'critical'].includes(v.impact));
        const where = `${hash}${look} at ${width}`;
        assert.deepEqual(serious.map((v) => `${v.id}: ${v.nodes[0].html}`), [], where);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(overflow <= 0, `${where} is ${overflow} pixels too wide`);
        assert.deepEqual(wrong, [], where);
        await close();
      }
});
