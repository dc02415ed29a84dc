// The pages for single ideas, and those that try a network out: numbers are the engine's, and all goes by keyboard.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { axe, binary, openBrowser, openPage, openStudio, until } from './rig.mjs';

let browser;
let studio;
before(async () => {
  browser = await openBrowser();
  studio = await openStudio();
  await studio.train('autoencoder-3-2-1-2-3', 400);
  await studio.train('xor', 600);
  await studio.train('spirals', 60);
});
after(async () => {
  await browser?.close();
  studio?.close();
});

// "−2.7×10−3" as a number, and half a unit of its last digit.
function read(text) {
  const [head, power = '0'] = text.replaceAll('\u2212', '-').split('\u00d710');
  const digits = head.split('.')[1]?.length ?? 0;
  return { value: Number(head) * 10 ** Number(power), tolerance: 0.5000001 * 10 ** (Number(power) - digits) };
}
const near = (text, value, what) => {
  const { value: written, tolerance } = read(text);
  assert.ok(Math.abs(written - value) <= tolerance, `${what}: written ${text}, computed ${value}`);
};
const shows = (page, id, value) => until(page, ([i, v]) => document.querySelector(`[data-testid="${i}"]`)?.textContent === v, [id, String(value).replaceAll('-', '\u2212')]);
// The answer to a request that says so: one asked for earlier may still be on its way.
const ask = (page, path, says = () => true) => page.waitForResponse((response) => response.url().includes(path) && response.ok() && says(response.request().postDataJSON()));
const pick = (page, name) => page.getByRole('combobox', { name, exact: true });
const lab = (...words) => JSON.parse(execFileSync(binary, ['lab', ...words, '--json'], { encoding: 'utf8' }));

test('functions are read where the reader points, as the engine has them', async () => {
  const { page, wrong, close } = await openPage(browser, studio, '#/functions?lang=en');
  await page.waitForSelector('.function-card dd');
  assert.equal(await page.locator('.chips input').count(), 14);
  for (const name of ['Leaky ReLU', 'Softmax', 'Maxout', 'Swish', 'ELU']) await page.locator('.chips label', { hasText: new RegExp(`^${name}$`) }).locator('input').check();
  const x = page.locator('.controls .slider input[type=range]').first();
  await x.focus();
  for (let i = 0; i < 170; ++i) await page.keyboard.press('ArrowLeft');
  await until(page, () => document.querySelector('.function-card dt').textContent === 'f(\u22120.7)');
  await page.waitForSelector('[data-testid="f-maxout"]');
  const names = ['sigmoid', 'tanh', 'relu', 'leaky_relu', 'softmax', 'maxout', 'swish', 'elu'];
  const { curves } = await studio.post('/api/functions/curves', { functions: names.map((name) => ({ name })), at: -0.7 });
  for (const { name, at } of curves) {
    near(await page.textContent(`[data-testid="f-${name}"]`), at.y, name);
    near(await page.textContent(`[data-testid="slope-${name}"]`), at.slope, `${name}'`);
  }
  near(await page.textContent('[data-testid="f-sigmoid"]'), 1 / (1 + Math.exp(0.7)), 'sigmoid');
  await page.getByLabel('Leaky ReLU: negative_slope').first().focus();
  const answer = ask(page, '/api/functions/curves');
  await page.keyboard.press('End');
  await answer;
  await until(page, () => document.querySelector('[data-testid="f-leaky_relu"]').textContent === '\u22120.7');
  assert.deepEqual(wrong, []);
  await close();
});

test('the starts of the weights are those of the command line', async () => {
  const { page, wrong, close } = await openPage(browser, studio, '#/initialisation?lang=en');
  await page.waitForSelector('.verdict');
  await pick(page, 'Activation').selectOption('relu');
  await until(page, () => document.querySelectorAll('.verdict')[1].textContent.startsWith('dies out'));
  const rows = lab('initialization', '--activation', 'relu', '--units', '100', '--samples', '200').rows;
  await page.locator('details summary').click();
  for (const row of rows) near(await page.textContent(`[data-testid="deviation-${row.weights}-${row.layer}"]`), Number(row.deviation), `${row.weights} ${row.layer}`);
  assert.equal(await page.textContent('[data-testid="difference-equal"]'), '0');
  assert.deepEqual(wrong, []);
  await close();
});

test('a window is walked by keyboard, and its products are the engine’s', async () => {
  const { page, wrong, close } = await openPage(browser, studio, '#/convolution?lang=en');
  await pick(page, 'Start from').selectOption('numbers');
  await pick(page, 'Kernel').selectOption('laplacian');
  const image = [[1, 0, 2, 3, 1], [4, 6, 6, 8, 0], [3, 1, 1, 0, 2], [1, 2, 2, 4, 5], [0, 1, 3, 1, 2]];
  const found = await studio.post('/api/convolution', { image, kernel: 'laplacian' });
  // By hand: up + down + left + right - 4 times the middle.
  for (let r = 0; r < 3; ++r)
    for (let c = 0; c < 3; ++c) {
      const hand = image[r][c + 1] + image[r + 2][c + 1] + image[r + 1][c] + image[r + 1][c + 2] - 4 * image[r + 1][c + 1];
      assert.equal(found.output.values[3 * r + c], hand);
    }
  await page.locator('.walked .pixels').first().focus();
  for (const value of found.output.values) {
    await shows(page, 'window-value', value);
    await page.keyboard.press('ArrowRight');
  }
  await page.keyboard.press('ArrowDown');
  await shows(page, 'window-value', found.output.values[3]);
  assert.deepEqual(wrong, []);
  await close();
});

test('kernels, strides, paddings and pooling give what the engine gives', async () => {
  const { page, wrong, close } = await openPage(browser, studio, '#/convolution?lang=en');
  await pick(page, 'Start from').selectOption('numbers');
  const image = [[1, 0, 2, 3, 1], [4, 6, 6, 8, 0], [3, 1, 1, 0, 2], [1, 2, 2, 4, 5], [0, 1, 3, 1, 2]];
  await pick(page, 'Kernel').selectOption('blur_3');
  await pick(page, 'Beyond the edge').selectOption('nearest');
  const stride = page.locator('.settings .slider input[type=number]').first();
  await stride.fill('2');
  await stride.press('Enter');
  const blurred = await studio.post('/api/convolution', { image, kernel: 'blur_3', padding: 'nearest', pad: 1, stride: 2, at: [0, 0] });
  assert.equal(blurred.arithmetic, 'floor((5 + 2*1 - 3)/2) + 1 = 3');
  await shows(page, 'window-value', blurred.window.value);
  await page.getByRole('radio', { name: 'Max pooling' }).check();
  const pooled = await studio.post('/api/convolution', { image, operation: 'max', stride: 2, padding: 'zero', pad: 1 });
  await shows(page, 'window-value', pooled.output.values[0]);
  await pick(page, 'Beyond the edge').selectOption('none');
  await shows(page, 'window-value', 6);
  await page.getByRole('radio', { name: 'Average pooling' }).check();
  await shows(page, 'window-value', 2.75);
  assert.deepEqual(wrong, []);
  await close();
});

test('a shared weight’s gradient is the sum over the positions, and the kernel learns', async () => {
  const { page, wrong, close } = await openPage(browser, studio, '#/convolution?lang=en');
  await page.waitForSelector('[data-testid="gradient-sum"]');
  await pick(page, 'It should do what this does').selectOption('blur_3');
  await page.locator('.learning .pixels').first().focus();
  for (const [key, i, j] of [['ArrowRight', 0, 1], ['ArrowDown', 1, 1]]) {
    const answer = ask(page, '/api/convolution', ({ weight, wanted }) => `${weight}` === `${[i, j]}` && wanted === 'blur_3');
    await page.keyboard.press(key);
    const { learning } = await (await answer).json();
    await shows(page, 'gradient-sum', learning.sum);
    assert.ok(Math.abs(learning.gradient.values[3 * i + j] - learning.sum) < 1e-12);
  }
  const back = ask(page, '/api/convolution', ({ weight }) => `${weight}` === '0,0');
  await Promise.all([page.keyboard.press('ArrowLeft'), page.keyboard.press('ArrowUp')]);
  await back;  // neither press is lost while the other is answered
  const first = read(await page.textContent('[data-testid="learning-loss"]')).value;
  for (let k = 0; k < 5; ++k) {
    const before = await page.textContent('[data-testid="learning-loss"]');
    await page.getByRole('button', { name: 'One step' }).press('Enter');
    await until(page, (text) => document.querySelector('[data-testid="learning-loss"]').textContent !== text, before);
  }
  await until(page, (l) => Number(document.querySelector('[data-testid="learning-loss"]').textContent) < 0.8 * l, first);
  assert.deepEqual(wrong, []);
  await close();
});

test('an image of one’s own is uploaded, drawn on and pasted', async () => {
  const { page, wrong, close } = await openPage(browser, studio, '#/convolution?lang=en');
  await page.waitForSelector('[data-testid="window-value"]');
  const file = join(tmpdir(), `isinglass-${process.pid}.pgm`);
  writeFileSync(file, Buffer.concat([Buffer.from('P5 6 4 255\n'), Buffer.from(Array.from({ length: 24 }, (_, i) => i * 10))]));
  await page.locator('input[type=file]').setInputFiles(file);
  await page.waitForSelector('figcaption:text("Input, 4 × 6")');
  await page.locator('.source summary').click();
  await page.locator('.source textarea').fill('0 0 0\n0 5 0\n0 0');
  await page.getByRole('button', { name: 'Use these numbers' }).click();
  await page.waitForSelector('.source [role=alert]');
  await page.locator('.source textarea').fill('0 0 0\n0 5 0\n0 0 1');
  await page.getByRole('button', { name: 'Use these numbers' }).press('Enter');
  await pick(page, 'Kernel').selectOption('identity');
  await shows(page, 'window-value', 5);
  await page.getByRole('button', { name: 'Draw', exact: true }).press('Enter');
  await page.locator('.walked .pixels').first().focus();
  await page.keyboard.press('Space');
  await shows(page, 'window-value', 0);
  writeFileSync(file, 'GIF89a no picture');
  await page.locator('input[type=file]').setInputFiles(file);
  await page.waitForSelector('.notice.bad');
  assert.equal(wrong.filter((line) => !line.includes('400')).length, 0);
  await close();
});

test('the decoder of a sample’s code gives its recorded reconstruction, and moves with the point', async () => {
  const id = 'autoencoder-3-2-1-2-3';
  const { page, wrong, close } = await openPage(browser, studio, `#/autoencoder?run=${id}&step=399&lang=en`);
  await page.waitForSelector('[data-testid="decoded"]');
  for (const sample of [3, 8]) {
    await page.locator('.reconstructions button').nth(sample).press('Enter');
    const moment = await studio.get(`/api/runs/${id}/moment?step=399&sample=${sample}`);
    const expected = ['O9', 'O10', 'O11'].map((name) => moment.numbers[name]);
    const { output, latent } = await studio.post(`/api/runs/${id}/decode`, { step: 399, sample });
    assert.deepEqual(output, expected);
    assert.deepEqual(latent, [moment.numbers.M6]);
    await until(page, (n) => document.querySelector('.decoding p').textContent.includes(`sample ${n}.`), sample);
    await until(page, (y) => Math.abs(Number(document.querySelector('[data-testid="decoded"]').textContent.split('   ')[0].replace('\u2212', '-')) - y) < 1e-5, expected[0]);
  }
  const before = await page.textContent('[data-testid="decoded"]');
  await page.locator('.latent-map .focusable').focus();
  for (let i = 0; i < 5; ++i) {
    const answer = ask(page, '/decode');
    await page.keyboard.press('ArrowRight');
    await answer;
  }
  await until(page, (text) => document.querySelector('[data-testid="decoded"]').textContent !== text, before);
  const at = Number(await page.locator('.decoding .slider input[type=number]').inputValue());
  const moved = await studio.post(`/api/runs/${id}/decode`, { step: 399, latent: [at] });
  await until(page, (y) => Math.abs(Number(document.querySelector('[data-testid="decoded"]').textContent.split('   ')[2].replace('\u2212', '-')) - y) < 1e-3, moved.output[2]);
  await page.getByRole('radio', { name: 'test' }).check();
  await until(page, () => document.querySelectorAll('.reconstructions li').length === 12);
  assert.deepEqual(wrong, []);
  await close();
});

test('the plane shows what each unit says, and follows time', async () => {
  const { page, wrong, close } = await openPage(browser, studio, '#/boundary?run=xor&step=600&lang=en');
  await page.waitForSelector('.unit-card');
  assert.equal(await page.locator('.unit-card').count(), 3);
  const path = () => page.getAttribute('.plane-map:not(.small) .contour', 'd');
  await page.locator('.unit-card input').first().focus();
  await page.keyboard.press('ArrowDown');
  await until(page, () => document.querySelectorAll('.unit-card')[1].classList.contains('on'));
  const line = await path();
  assert.ok(line.length > 20, 'a hidden unit parts the plane');
  const box = await page.locator('.plane-map:not(.small)').boundingBox();
  await page.mouse.move(box.x + box.width * 0.7, box.y + box.height * 0.3);
  const [, x, y, value] = (await page.textContent('.readout-line')).match(/x1 = (\S+), x2 = (\S+): (\S+)/).map((s) => Number(s.replace('\u2212', '-')));
  const { numbers } = await studio.get('/api/runs/xor/moment?step=600&sample=0');
  const expected = Math.tanh(numbers['w(1,4)'] * x + numbers['w(2,4)'] * y + numbers['b(4)']);
  assert.ok(Math.abs(value - expected) < 0.05, `${value} near ${expected}`);
  await page.keyboard.press('Home');
  await until(page, (old) => document.querySelector('.plane-map:not(.small) .contour').getAttribute('d') !== old, line);
  assert.deepEqual(wrong, []);
  await close();
});

test('a page that does not fit the run says why, and leads to one that does', async () => {
  const { page, wrong, close } = await openPage(browser, studio, '#/autoencoder?run=xor&lang=en');
  await page.waitForSelector('.unfit h1');
  await page.getByRole('button', { name: 'Autoencoder 3‑2‑1‑2‑3', exact: true }).press('Enter');
  await page.waitForSelector('.latent-map svg');
  assert.deepEqual(wrong, []);
  await close();
});

test('every scene has its picture, and ten pages are reached by keyboard on a telephone', async () => {
  const { page, wrong, close } = await openPage(browser, studio, '#/gallery?lang=en', { viewport: { width: 360, height: 740 } });
  await page.waitForSelector('.card');
  const { scenes } = await studio.get('/api/scenes');
  await until(page, (n) => document.querySelectorAll('.card').length === n, scenes.length + 3);
  for (const name of ['Functions', 'Initialisation', 'Convolution', 'Gallery']) {
    await page.locator('.opener').press('Enter');
    await page.locator('.pages .group button', { hasText: name }).press('Enter');
    await until(page, (n) => document.querySelector('.opener').textContent === n, name);
  }
  await page.locator('.opener').press('Enter');
  await page.keyboard.press('Escape');
  assert.equal(await page.getAttribute('.opener', 'aria-expanded'), 'false');
  assert.deepEqual(wrong, []);
  await close();
});

test('none of these pages has a serious fault of accessibility, nor leaves its frame', async () => {
  const pages = {
    '#/gallery?': '.card',
    '#/functions?': '.function-card dd',
    '#/initialisation?': '.verdict',
    '#/convolution?': '[data-testid="gradient-sum"]',
    '#/autoencoder?run=autoencoder-3-2-1-2-3&step=300&': '[data-testid="decoded"]',
    '#/boundary?run=spirals&step=60&': '.unit-card',
    '#/autoencoder?run=xor&': '.unfit h1',
  };
  for (const [hash, sign] of Object.entries(pages))
    for (const look of ['lang=en&theme=light', 'lang=en&theme=dark', 'lang=zh&theme=light', 'lang=zh&theme=dark']) {
      const width = look.includes('en') === look.includes('light') ? 1360 : 360;
      const { page, wrong, close } = await openPage(browser, studio, hash + look, { viewport: { width, height: 800 }, bypassCSP: true });
      await page.waitForSelector(sign);
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
