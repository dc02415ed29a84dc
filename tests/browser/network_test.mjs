// The Network page: other weights and undoing them, branches, large networks, and runs that are not as they should be.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, openBrowser, openPage, openStudio, until } from './rig.mjs';

let browser;
let studio;
before(async () => {
  browser = await openBrowser();
  studio = await openStudio();
  await studio.train('ann-3-2-1', 40);
  await studio.train('cnn-batch', 4);
  await begin('large', dense([6, 60, 40, 3]), 2);
});
after(async () => {
  await browser?.close();
  studio?.close();
});

const drawn = (page) =>
  page.$$eval('.diagram [data-quantity]', (texts) => Object.fromEntries(texts.map((t) => [t.dataset.quantity, t.textContent])));

// Begins a run of an experiment and trains so many steps, or to its end.
async function begin(name, toml, step) {
  const { id } = await studio.post('/api/runs', { toml, name });
  await studio.post(`/api/runs/${id}/command`, step === undefined ? { do: 'play' } : { do: 'step', batches: step });
  for (let i = 0; i < 400; ++i) {
    const run = (await studio.get('/api/state')).runs.find((r) => r.id === id);
    if (['done', 'failed'].includes(run.status) || (run.status === 'paused' && run.step === step)) return id;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${name} did not come to step ${step}`);
}

const dense = (widths, more = '') => `seed = 5
precision = "double"
[data]
inputs = [[${Array.from({ length: widths[0] }, (_, i) => 0.1 * (i + 1)).join()}], [${Array.from({ length: widths[0] }, (_, i) => 0.5 - 0.2 * i).join()}]]
targets = [[${Array(widths.at(-1)).fill(0.3).join()}], [${Array(widths.at(-1)).fill(-0.2).join()}]]
[model]
widths = [${widths.join()}]
activation = "tanh"
[train]
loss = "half_squared"
epochs = 200
batch_size = 2
optimiser = { kind = "sgd", learning_rate = 0.05 }
${more}`;

test('an edited weight moves what follows from it, and is undone exactly', async () => {
  const { page, wrong, close } = await openPage(browser, studio, '#/network?run=ann-3-2-1&step=7&view=back&pin=w(1,4)&lang=en');
  await page.waitForSelector('#edit-value');
  await page.waitForSelector('.diagram [data-quantity="dL/dw(1,4)"]');
  const before = await drawn(page);
  const field = page.locator('#edit-value');
  await field.fill('1.25');
  await field.press('Enter');
  await page.waitForSelector('.whatif [data-testid="whatif.after"]');
  const edited = await studio.post('/api/runs/ann-3-2-1/what-if', { step: 7, sample: 0, edits: { 'w(1,4)': 1.25 } });
  const title = (word) => page.getAttribute(`[data-testid="${word}"]`, 'title');
  const whole = (x) => String(x).replaceAll('-', '\u2212');
  assert.equal(await title('whatif.after'), whole(edited.loss));
  assert.equal(await title('whatif.before'), whole(edited.effect.loss));
  assert.equal(await title('whatif.predicted'), whole(edited.effect.predicted));
  assert.notDeepEqual(await drawn(page), before);
  assert.equal(await page.locator('.edge.edited').count(), 1);
  await page.locator('.edit input[type=range]').focus();
  await page.keyboard.press('ArrowRight');
  await until(page, (text) => document.querySelector('[data-testid="whatif.after"]').title !== text, whole(edited.loss));
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await until(page, (text) => document.querySelector('[data-testid="whatif.after"]')?.title === text, whole(edited.loss));
  await page.getByRole('button', { name: 'Undo all' }).click();
  await page.waitForSelector('.whatif', { state: 'detached' });
  await until(page, (text) => document.querySelector('.diagram [data-quantity="dL/dw(1,4)"]')?.textContent === text, before['dL/dw(1,4)']);
  assert.deepEqual(await drawn(page), before);
  assert.deepEqual(wrong, []);
  await close();
});

test('a branch begins on the page, says where it came from, and leaves its parent as it was', async () => {
  const { page, wrong, close } = await openPage(browser, studio, '#/network?run=ann-3-2-1&step=12&pin=b(6)&lang=en');
  const before = [];
  for (const k of [0, 12, 13, 40]) before.push(await studio.get(`/api/runs/ann-3-2-1/moment?step=${k}&sample=0`));
  await page.waitForSelector('#edit-value');
  await page.fill('#edit-value', '0.75');
  await page.press('#edit-value', 'Enter');
  await page.waitForSelector('.whatif');
  await page.locator('.whatif').getByRole('button', { name: 'Branch from here' }).click();
  await page.fill('dialog [name=rate]', '0.05');
  await page.fill('dialog [name=name]', 'other');
  await page.getByRole('button', { name: 'Begin the branch' }).click();
  await page.waitForSelector('.runs [aria-current] .parent');
  assert.match(await page.textContent('.runs [aria-current] .parent'), /3.2.1.*step 12/);
  await page.waitForSelector('.track .fork', { state: 'attached' });
  const moment = await studio.get('/api/runs/other/moment?step=12&sample=0');
  assert.equal(moment.numbers['b(6)'], 0.75);
  assert.equal(moment.learning_rate, 0.05);
  await page.keyboard.press('[');
  await until(page, () => document.querySelector('[data-testid=step]').textContent === '11');
  assert.deepEqual(await studio.get('/api/runs/other/moment?step=11&sample=0'), await studio.get('/api/runs/ann-3-2-1/moment?step=11&sample=0'));
  const after = [];
  for (const k of [0, 12, 13, 40]) after.push(await studio.get(`/api/runs/ann-3-2-1/moment?step=${k}&sample=0`));
  assert.deepEqual(after, before);
  assert.deepEqual(wrong, []);
  await close();
});

test('a step of a longer run is that of a fresh run', async () => {
  const long = await begin('long', dense([3, 4, 2]), 60);
  const fresh = await begin('fresh', dense([3, 4, 2]), 25);
  for (const k of [25, 3, 24, 0, 25])
    assert.deepEqual(await studio.get(`/api/runs/${long}/moment?step=${k}&sample=1`), await studio.get(`/api/runs/${fresh}/moment?step=${k}&sample=1`));
});

// A small generator of its own: the same networks in every run of the tests.
function numbers(seed) {
  let state = seed;
  return (most) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
}

test('the sum over the paths is the gradient, of every parameter of twenty random networks', async () => {
  const next = numbers(7);
  for (let k = 0; k < 20; ++k) {
    const widths = Array.from({ length: 3 + next(2) }, () => 1 + next(4));
    const activation = ['tanh', 'sigmoid', 'softplus', 'swish', 'elu'][next(5)];
    const id = await begin(`random-${k}`, dense(widths).replace('"tanh"', `"${activation}"`).replace('seed = 5', `seed = ${k}`), 3);
    const moment = await studio.get(`/api/runs/${id}/moment?step=3&sample=1`);
    const network = await studio.get(`/api/runs/${id}`);
    const names = [...network.edges.map((e) => e.weight), ...network.nodes.flatMap((n) => n.bias ?? [])];
    for (const name of names) {
      const found = await studio.get(`/api/runs/${id}/explain?step=3&sample=1&quantity=dL/d${encodeURIComponent(name)}`);
      const total = found.paths.reduce((sum, p) => sum + p.product, 0);
      const recorded = moment.numbers[`dL/d${name}`];
      assert.equal(found.recorded, recorded);
      assert.ok(Math.abs(total - recorded) <= 1e-10 * Math.abs(recorded) + 1e-16, `${widths} ${activation} ${name}: ${total} and ${recorded}`);
      assert.ok(Math.abs(found.finite_difference - recorded) <= 1e-6 * Math.abs(recorded) + 1e-9, `${name}: ${found.finite_difference}`);
    }
  }
});

test('hundreds of weights are on a canvas, and each is found by pointer and keys', async () => {
  const id = await begin('wide', dense([4, 20, 20, 2]), 5);
  const { page, wrong, close } = await openPage(browser, studio, `#/network?run=${id}&step=3&lang=en`);
  await page.waitForSelector('canvas.edges');
  assert.equal(await page.locator('.edge').count(), 0);
  await page.focus('[data-name="H5"]');
  await page.waitForSelector('.edge');
  await page.keyboard.press('ArrowLeft');
  await page.waitForSelector('.inspector code:text("w(1,5)")');
  await until(page, () => document.activeElement?.getAttribute('data-name') === 'w(1,5)');
  await page.keyboard.press('Enter');
  await page.keyboard.press('e');
  await until(page, () => document.activeElement?.id === 'edit-value');
  const moment = await studio.get(`/api/runs/${id}/moment?step=3&sample=0`);
  assert.equal(Number(await page.inputValue('#edit-value')), moment.numbers['w(1,5)']);
  const canvas = await page.locator('canvas.edges').boundingBox();
  const place = async (name) => {
    const box = await page.locator(`[data-name="${name}"] .disc`).boundingBox();
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };
  const [from, to] = [await place('I1'), await place('H5')];
  assert.ok(canvas.width > 300);
  await page.mouse.move(from.x + 0.3 * (to.x - from.x), from.y + 0.3 * (to.y - from.y));
  await page.waitForSelector('.edge.here');
  assert.deepEqual(wrong, []);
  await close();
});

test('beyond that, every number of a layer is in a picture', async () => {
  const id = 'large';
  const { page, wrong, close } = await openPage(browser, studio, `#/network?run=${id}&step=1&lang=en`);
  await page.waitForSelector('canvas[data-array="layer1.kernel"]');
  const grid = page.locator('.grid', { has: page.locator('canvas[data-array="layer2.kernel"]') });
  await grid.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await page.waitForSelector('.inspector code:text("layer2.kernel[1,1]")');
  const { rows } = await studio.get(`/api/runs/${id}/equations?step=1&sample=0&quantity=${encodeURIComponent('layer2.kernel[1,1]')}`);
  await until(page, (text) => document.querySelector('.inspector .whole')?.textContent === text, String(rows[0].value).replaceAll('-', '\u2212'));
  const answer = await fetch(new URL(`/api/runs/${id}/tensors?of=layer2.kernel&step=1&sample=0`, studio.address));
  const data = await answer.arrayBuffer();
  assert.deepEqual([...new Uint32Array(data, 0, 4)], [2, 60, 40, 1]);
  assert.equal(new Float32Array(data, 16)[41], Math.fround(rows[0].value));
  const part = await fetch(answer.url, { headers: { Range: 'bytes=16-19' } });
  assert.equal(part.status, 206);
  assert.equal(new Float32Array(await part.arrayBuffer())[0], new Float32Array(data, 16)[0]);
  assert.equal((await fetch(answer.url, { headers: { 'If-None-Match': answer.headers.get('etag') } })).status, 304);
  for (const view of ['Forward', 'Back', 'Update']) {
    await page.getByText(view, { exact: true }).click();
    await page.waitForSelector(view === 'Back' ? 'canvas[data-array="dL/dlayer1.out"]' : view === 'Update' ? 'canvas[data-array="update layer1.kernel"]' : 'canvas[data-array="layer1.out"]');
  }
  assert.deepEqual(wrong, []);
  await close();
});

test('the paths through a convolution pass its kernel wherever it enters', async () => {
  const { page, wrong, close } = await openPage(browser, studio, '#/derivative?run=cnn-batch&step=3&sample=batch&of=dL/dk(7)&lang=en');
  const lit = (kind) => page.$$eval(`.paths .lit[data-${kind}]`, (all, k) => all.map((e) => e.dataset[k]).sort(), kind);
  await page.waitForSelector('.paths .kernel.lit');
  assert.deepEqual(await lit('kernel'), ['I2>C9', 'I3>C10', 'I4>C11']);
  assert.deepEqual(await lit('node'), ['C10', 'C11', 'C9', 'O12']);
  const found = await studio.get('/api/runs/cnn-batch/explain?step=3&quantity=dL/dk(7)');
  const places = new Set(found.factors.map((f) => `${f.of} ${f.from}`));
  assert.equal(await page.locator('.paths text[data-quantity]').count(), places.size);
  await page.locator('.path-list button').nth(1).focus();
  await until(page, () => document.querySelectorAll('.paths .kernel.lit').length === 1);
  assert.deepEqual(await lit('kernel'), ['I3>C10']);
  const own = found.paths[1].factors.map((f) => found.factors[f]);
  assert.equal(await page.locator('.paths text[data-quantity]').count(), own.length);
  await page.locator('[data-node="I3"]').click();
  await until(page, () => document.querySelectorAll('.paths .kernel.lit').length === 3);
  assert.deepEqual(await lit('kernel'), ['I3>C10', 'I3>C11', 'I3>C9']);
  assert.deepEqual(wrong, []);
  await close();
});

test('any derivative of a large network is picked, and what passes each layer adds up to it', async () => {
  const { page, wrong, close } = await openPage(browser, studio, '#/derivative?run=large&step=1&lang=en');
  // The largest of the first kernel, at first.
  await until(page, () => decodeURIComponent(location.hash).includes('of=dL/dlayer1.kernel['));
  const shown = async (quantity) => {
    const found = await studio.get(`/api/runs/large/explain?step=1&sample=0&quantity=${encodeURIComponent(`dL/d${quantity}`)}`);
    await until(page, (text) => document.querySelector('[data-testid="derivative.recorded"]')?.textContent === text, String(found.recorded).replaceAll('-', '\u2212'));
    return found;
  };
  await page.waitForSelector('.path-list li');
  await page.selectOption('.array-target select', 'layer1.bias');
  await until(page, () => document.querySelectorAll('.indices input').length === 1);
  await page.locator('.indices input').fill('7');
  await page.locator('.indices input').press('Enter');
  const found = await shown('layer1.bias[7]');
  assert.deepEqual(await page.$$eval('.passes', (all) => all.map((e) => e.dataset.layer)), ['layer3', 'layer2']);
  for (const layer of found.layers) {
    const sum = layer.largest.reduce((total, u) => total + u.contribution, layer.rest);
    assert.ok(Math.abs(sum - found.recorded) <= 1e-12 * Math.abs(found.recorded), `${layer.layer}: ${sum}`);
  }
  assert.equal(await page.locator('.passes').nth(1).locator('button').count(), 12);
  assert.equal(await page.locator('.heat .mark.aim').count(), 1);
  const grid = page.locator('.grid', { has: page.locator('canvas[data-array="dL/dlayer1.kernel"]') });
  await grid.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await shown('layer1.kernel[1,0]');
  await page.locator('canvas[data-array="input"]').click({ position: { x: 4, y: 4 } });
  const input = await shown('I1');
  assert.equal(input.complete, false);
  assert.equal(await page.locator('.path-list .factors').count(), input.paths.length);
  await page.waitForSelector('[data-testid="flow.rest"]');
  const listed = input.paths.reduce((sum, p) => sum + p.product, input.rest);
  assert.ok(Math.abs(listed - input.recorded) <= 1e-12 * Math.abs(input.recorded));
  await page.selectOption('.sample select', 'batch');
  await page.getByRole('button', { name: 'Look at sample 0' }).click();
  await page.waitForSelector('.path-list li');
  assert.deepEqual(wrong, []);
  await close();
});

test('layers of one unit and of five thousand, a run that diverged and one of no epochs', async () => {
  const cases = [
    ['one', dense([1, 1, 1]), 3, '.diagram [data-quantity]'],
    ['five-thousand', dense([3, 5000, 2]), 1, 'canvas[data-array="layer1.kernel"]'],
    ['nan', dense([2, 3, 1]).replace('learning_rate = 0.05', 'learning_rate = 1e200'), undefined, '.diagram .node'],
    ['none', dense([2, 3, 1]).replace('epochs = 200', 'epochs = 0'), undefined, '.diagram [data-quantity]'],
  ];
  for (const [name, toml, step, place] of cases) {
    const id = await begin(name, toml, step);
    const { page, wrong, close } = await openPage(browser, studio, `#/network?run=${id}&lang=en`);
    await page.waitForSelector(place);
    await page.keyboard.press('End');
    await page.keyboard.press('Home');
    assert.deepEqual(wrong, [], name);
    await close();
  }
});

test('two tabs look at one run', async () => {
  const tabs = [await openPage(browser, studio, '#/network?run=ann-3-2-1&step=1'), await openPage(browser, studio, '#/network?run=ann-3-2-1&step=30&view=back')];
  for (const { page } of tabs) await page.waitForSelector('.diagram [data-quantity]');
  await tabs[0].page.keyboard.press(']');
  await until(tabs[0].page, () => document.querySelector('[data-testid=step]').textContent === '2');
  assert.equal(await tabs[1].page.textContent('[data-testid=step]'), '30');
  for (const { wrong, close } of tabs) {
    assert.deepEqual(wrong, []);
    await close();
  }
});

test('the derivatives of a convolution and of a large network have no serious fault of accessibility', async () => {
  for (const run of ['cnn-batch', 'large'])
    for (const [look, width] of [['lang=en&theme=light', 1360], ['lang=zh&theme=dark', 360]]) {
      const { page, wrong, close } = await openPage(browser, studio, `#/derivative?run=${run}&step=1&${look}`, { viewport: { width, height: 800 }, bypassCSP: true });
      await page.waitForSelector('.path-list li');
      await page.addScriptTag({ path: axe() });
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
      const serious = violations.filter((v) => ['serious', 'critical'].includes(v.impact));
      assert.deepEqual(serious.map((v) => `${v.id}: ${v.nodes[0].html}`), [], `${run} ${look} ${width}`);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, `${run} ${look} at ${width} is ${overflow} pixels too wide`);
      assert.deepEqual(wrong, []);
      await close();
    }
});

test('what is edited, branched, wide or large has no serious fault of accessibility', async () => {
  for (const run of ['ann-3-2-1', 'wide', 'large'])
    for (const look of ['lang=en&theme=light', 'lang=zh&theme=dark'])
      for (const width of [1360, 360]) {
        const { page, wrong, close } = await openPage(browser, studio, `#/network?run=${run}&step=2&${run === 'ann-3-2-1' ? 'pin=w(1,4)&' : ''}${look}`, { viewport: { width, height: 800 }, bypassCSP: true });
        await page.waitForSelector(run === 'large' ? '.heat canvas' : '.diagram .node');
        if (run === 'ann-3-2-1') {
          await page.waitForSelector('#edit-value');
          await page.fill('#edit-value', '1');
          await page.press('#edit-value', 'Enter');
          await page.waitForSelector('.whatif');
          await page.click('.share summary');
        }
        await page.addScriptTag({ path: axe() });
        const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
        const serious = violations.filter((v) => ['serious', 'critical'].includes(v.impact));
        assert.deepEqual(serious.map((v) => `${v.id}: ${v.nodes[0].html}`), [], `${run} ${look} ${width}`);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(overflow <= 0, `${run} ${look} at ${width} is ${overflow} pixels too wide`);
        assert.deepEqual(wrong, []);
        await close();
      }
});

// Whether any two texts of the diagram lie on one another, as they are really set: corners of each, turned with its line.
const textsThatTouch = (page) =>
  page.$$eval('.diagram text.marked:not(.halo):not(.symbol)', (texts) => {
    const all = texts.map((text) => {
      const box = text.getBBox();
      const inside = text.ownerSVGElement.getScreenCTM().inverse().multiply(text.getScreenCTM());
      const at = (x, y) => new DOMPoint(x, y).matrixTransform(inside);
      // Of its height only what letters take: a line's own space above and below them is empty.
      const [top, low] = [box.y + 0.25 * box.height, box.y + 0.85 * box.height];
      return { name: text.textContent, corners: [at(box.x, top), at(box.x + box.width, top), at(box.x + box.width, low), at(box.x, low)] };
    });
    const parts = (a, b) =>
      a.corners.some((p, i) => {
        const q = a.corners[(i + 1) % 4];
        const [nx, ny] = [q.y - p.y, p.x - q.x];
        const along = (c) => c.x * nx + c.y * ny;
        return Math.max(...b.corners.map(along)) <= Math.min(...a.corners.map(along)) || Math.min(...b.corners.map(along)) >= Math.max(...a.corners.map(along));
      });
    return all.flatMap((a, i) => all.slice(i + 1).flatMap((b) => (parts(a, b) || parts(b, a) ? [] : [`${a.name} | ${b.name}`])));
  });

test('no text of a small network lies on another, in any view', async () => {
  const scenes = [['ann-3-2-1', 7], ['ann-3-2-1', 20], [await studio.train('autoencoder-3-2-1-2-3', 60), 60], [await studio.train('xor', 12), 12]];
  for (const [run, step] of scenes) {
    const { page, wrong, close } = await openPage(browser, studio, `#/network?run=${run}&step=${step}&view=weights&lang=en`);
    await page.waitForSelector('.diagram .label text');
    await page.evaluate(() => document.fonts.ready);
    for (const view of ['weights', 'forward', 'back', 'update']) {
      await page.keyboard.press(view[0]);
      await page.waitForSelector(`.diagram.view-${view} .label text`);
      assert.deepEqual(await textsThatTouch(page), [], `${run}, ${view}, step ${step}`);
    }
    assert.deepEqual(wrong, []);
    await close();
  }
});
