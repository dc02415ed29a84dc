// The page Data: whatever file somebody brings is read or refused in a line, and a training begins from it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { axe, openBrowser, openPage, openStudio, until } from './rig.mjs';

let browser;
let studio;
before(async () => {
  browser = await openBrowser();
  studio = await openStudio();
});
after(async () => {
  await browser?.close();
  studio?.close();
});

const kMarkup = '<img src=x onerror="document.title=1">';
// 60 trees of two kinds; `name` is that of the second kind and of a column.
function trees(name = 'elm', column = 'width') {
  const rows = Array.from({ length: 60 }, (_, i) => `${(1 + (i % 2) + 0.2 * Math.sin(i)).toFixed(2)},${i % 9 === 4 ? '' : (0.3 + 0.1 * Math.cos(3 * i)).toFixed(3)},"${i % 2 ? name.replaceAll('"', '""') : 'oak'}"`);
  return `height,"${column.replaceAll('"', '""')}",kind\n${rows.join('\n')}\n`;
}
const choose = (page, name, buffer) => page.setInputFiles('input[type=file]', { name, mimeType: 'text/csv', buffer: Buffer.from(buffer) });
async function open(hash = '#/data?lang=en', options) {
  const opened = await openPage(browser, studio, hash, options);
  await opened.page.waitForSelector('.drop');
  return opened;
}
async function taken(page, name, buffer) {
  await choose(page, name, buffer);
  await page.waitForSelector('.rows tbody tr');
  await page.waitForSelector('[data-testid=read]');
}
async function verdict(page, expected) {
  await until(page, (text) => document.querySelector('[data-testid=verdict]')?.textContent.includes(text), expected);
}

test('a table becomes a training, through the form alone', async () => {
  const { page, wrong, close } = await open();
  await taken(page, 'trees.csv', trees());
  assert.match(await page.textContent('[data-testid=read]'), /trees\.csv: 60 rows read, UTF-8/);
  await verdict(page, 'Nothing is wrong');
  assert.match(await page.inputValue('#toml'), /target = "kind"/);
  // Another layer, fewer epochs: the text beside follows.
  await page.getByRole('button', { name: '+ Add a layer before the last' }).click();
  await until(page, () => document.querySelectorAll('.layer-card').length === 3);
  await page.fill('#set-train-epochs', '6');
  await until(page, () => document.querySelector('#toml').value.includes('epochs = 6'));
  await page.getByRole('button', { name: 'Move layer 2 up' }).click();
  await until(page, () => document.querySelector('#set-model-layers-0-units').value === '8');
  await page.getByRole('button', { name: 'Remove layer 1' }).click();
  await until(page, () => document.querySelectorAll('.layer-card').length === 2);
  await verdict(page, 'Nothing is wrong');
  await page.getByRole('button', { name: 'Begin the training' }).click();
  await page.waitForSelector('.train .chart canvas');
  await until(page, () => document.querySelector('[data-testid=progress]')?.textContent.startsWith('finished'));
  const run = (await studio.get('/api/state')).runs.at(-1);
  assert.equal(run.id, 'trees');
  assert.equal(run.step, 6 * 3); // 48 samples in batches of 16
  await page.waitForSelector('.matrix');
  assert.deepEqual(wrong, []);
  await close();
});

test('each way to write a table is understood', async () => {
  const { page, wrong, close } = await open();
  const bom = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('a,b\n1,2\n2,3\n')]);
  const gbk = Buffer.from([0xc9, 0xed, 0xb8, 0xdf, 0x2c, 0xc0, 0xe0, 0xb1, 0xf0, 0x0a, 0x31, 0x2c, 0xc4, 0xd0, 0x0a, 0x32, 0x2c, 0xc5, 0xae, 0x0a]);
  for (const [name, bytes, columns, said] of [
    ['bom.csv', bom, ['a', 'b'], 'UTF-8'],
    ['quoted.csv', '"a, b","c ""d"""\n"1,5",x\n2,"y\nz"\n', ['a, b', 'c "d"'], 'UTF-8'],
    ['semicolon.csv', 'a;b\r\n1;2\r\n3;4\r\n', ['a', 'b'], 'UTF-8'],
    ['gbk.csv', gbk, ['\u8eab\u9ad8', '\u7c7b\u522b'], 'GB18030'],
  ]) {
    await choose(page, name, bytes);
    await until(page, ([file, how]) => document.querySelector('[data-testid=read]')?.textContent.match(`^${file}: .*${how}`), [name, said]);
    await until(page, (names) => JSON.stringify([...document.querySelectorAll('.columns strong')].map((e) => e.textContent)) === JSON.stringify(names), columns);
  }
  assert.deepEqual(wrong, []);
  await close();
});

test('what cannot be read is refused in a line that says where', async () => {
  const { page, close } = await open();
  for (const [name, bytes, pattern] of [
    ['ragged.csv', 'a,b\n1,2\n3\n', /^ragged\.csv:3: /],
    ['open.csv', 'a,b\n1,"2\n', /^open\.csv:2: /],
    ['nothing.csv', '', /nothing in/],
    ['noise.csv', Buffer.from([0x61, 0x0a, 0xff, 0xff, 0x0a]), /save the file as UTF-8/],
    [`${kMarkup}.csv`, 'a,b\n1\n', /:2: /],
  ]) {
    await choose(page, name, bytes);
    await until(page, (source) => new RegExp(source).test(document.querySelector('[data-testid=refusal]')?.textContent ?? ''), pattern.source);
    assert.equal(await page.locator('[data-testid=refusal] img').count(), 0);
  }
  assert.equal((await studio.get('/api/data')).files.filter((f) => /ragged|open|nothing|noise|img/.test(f.name)).length, 0);
  await close();
});

test('a huge table is shown by pages, and one beyond the bound is refused', async () => {
  const { page, wrong, close } = await open();
  const header = Array.from({ length: 120 }, (_, j) => `c${j}`).join(',');
  const row = (i) => Array.from({ length: 120 }, (_, j) => (i * 7 + j) % 101).join(',');
  await taken(page, 'huge.csv', `${header}\n${Array.from({ length: 20000 }, (_, i) => row(i)).join('\n')}\n`);
  assert.equal(await page.locator('.columns > li').count(), 40);
  assert.equal(await page.locator('.rows tbody tr').count(), 20);
  await page.getByLabel('First row shown').fill('19990');
  await page.keyboard.press('Enter');
  await until(page, () => document.querySelector('.rows tbody th')?.textContent === '19990');
  await page.locator('.pager', { hasText: 'columns 1' }).getByRole('button', { name: 'Next' }).click();
  await until(page, () => document.querySelector('.columns strong')?.textContent === 'c40');
  assert.deepEqual(wrong, []);
  const headers = { 'X-Isinglass-Token': studio.token };
  const answer = await fetch(new URL('/api/data?name=big.csv', studio.address), { method: 'POST', headers, body: new Uint8Array(64 * 2 ** 20 + 1) }).catch(() => null);
  assert.ok(answer === null || answer.status === 413); // the connection may end before all is sent
  await close();
});

test('a file is dropped, or chosen by keyboard', async () => {
  const { page, wrong, close } = await open();
  const drop = (name, size, text) =>
    page.evaluate(
      ([fileName, bytes, content]) => {
        const carried = new DataTransfer();
        carried.items.add(new File([bytes ? new Uint8Array(bytes) : content], fileName));
        document.querySelector('.drop').dispatchEvent(new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true }));
      },
      [name, size, text],
    );
  await drop('large.csv', 64 * 2 ** 20 + 1, '');
  await until(page, () => document.querySelector('[data-testid=refusal]')?.textContent.includes('large.csv: 65 MB are too much'));
  await drop('dropped.csv', 0, 'a,b\n1,2\n3,4\n');
  await until(page, () => document.querySelector('[data-testid=read]')?.textContent.includes('dropped.csv: 2 rows'));
  // That the browser's own dialog opens is the browser's part: here, that the key asks for it.
  await page.evaluate(() => document.querySelector('.drop input').addEventListener('click', (event) => (event.preventDefault(), (document.body.dataset.asked = 'yes'))));
  await page.focus('.drop button');
  await page.keyboard.press('Enter');
  await until(page, () => document.body.dataset.asked === 'yes');
  assert.deepEqual(wrong, []);
  await close();
});

test('names that look like markup stay names', async () => {
  const { page, wrong, close } = await open();
  await taken(page, `${kMarkup}.csv`, trees(kMarkup, kMarkup));
  await verdict(page, 'Nothing is wrong');
  await page.getByText('As the network sees them').click();
  await page.waitForSelector('.rows thead .distribution');
  await page.fill('#set-train-epochs', '1');
  await page.fill('#run-name', kMarkup);
  await verdict(page, 'Nothing is wrong');
  await page.getByRole('button', { name: 'Begin the training' }).click();
  await page.waitForSelector('.matrix');
  assert.ok((await page.textContent('.matrix')).includes('<img'));
  assert.equal(await page.locator('main img, main script').count(), 0);
  assert.notEqual(await page.title(), '1');
  assert.deepEqual(wrong, []);
  await close();
});

test('what the engine has against a setting stands at its field', async () => {
  const { page, wrong, close } = await open();
  await taken(page, 'trees.csv', trees());
  await page.fill('#set-train-optimiser-learning_rate', 'fast');
  await until(page, () => document.querySelector('.setting.wrong [role=alert]')?.textContent.includes('expected a number'));
  assert.ok(await page.isDisabled('.begin .primary'));
  assert.equal(await page.getAttribute('#set-train-optimiser-learning_rate', 'aria-invalid'), 'true');
  await page.fill('#set-train-optimiser-learning_rate', '0.02');
  await verdict(page, 'Nothing is wrong');
  await page.fill('#toml', `${await page.inputValue('#toml')}\nbeta = 0.5\n`);
  await verdict(page, "did you mean");
  await page.fill('#toml', (await page.inputValue('#toml')).replace('\nbeta = 0.5\n', '').replace('units = 2', 'units = 5'));
  await page.getByRole('button', { name: 'Make the last layer fit' }).first().click();
  await verdict(page, 'Nothing is wrong');
  // A new target: the output follows.
  await page.getByLabel('What height is for').selectOption('target');
  await until(page, () => document.querySelector('#toml').value.includes('target = "height"'));
  await verdict(page, 'Nothing is wrong');
  assert.deepEqual(wrong, []);
  await close();
});

test('pasted rows, made data and layers of 1 and of 5,000 units', async () => {
  const { page, wrong, close } = await open();
  await page.getByText('Paste', { exact: true }).click();
  await page.fill('#paste', trees());
  await page.getByRole('button', { name: 'Take it' }).click();
  await verdict(page, 'Nothing is wrong');
  await page.getByText('Made data', { exact: true }).click();
  await page.getByRole('button', { name: /^two_moons/ }).click();
  await until(page, () => document.querySelector('#toml').value.includes('two_moons'));
  await page.fill('#set-data-generator-noise', '0.2');
  await until(page, () => document.querySelector('#toml').value.includes('noise = 0.2'));
  await page.fill('#set-train-epochs', '2');
  for (const units of ['1', '5000']) {
    await page.fill('#set-model-layers-0-units', units);
    await until(page, (n) => document.querySelector('#toml').value.includes(`units = ${n},`), units);
    await verdict(page, 'Nothing is wrong');
    await page.fill('#run-name', `units-${units}`);
    await page.getByRole('button', { name: 'Begin the training' }).click();
    await until(page, () => document.querySelector('[data-testid=progress]')?.textContent.startsWith('finished'));
    await page.waitForSelector('.health tbody tr');
    await page.getByRole('button', { name: 'Data', exact: true }).click();
    await page.waitForSelector('#toml');
  }
  assert.deepEqual(wrong, []);
  await close();
});

test('two tabs do not disturb each other', async () => {
  const [a, b] = [await open(), await open()];
  await taken(a.page, 'one.csv', trees('ash'));
  await taken(b.page, 'two.csv', trees('fir'));
  await a.page.fill('#set-train-epochs', '3');
  await verdict(a.page, 'Nothing is wrong');
  await a.page.getByRole('button', { name: 'Begin the training' }).click();
  await a.page.waitForSelector('.matrix');
  assert.match(await b.page.inputValue('#toml'), /two\.csv/);
  assert.match(await a.page.textContent('.matrix'), /ash/);
  await a.close();
  await b.close();
});

test('every setting has its meaning in Chinese', async () => {
  const tables = await studio.get('/api/tables');
  const chinese = JSON.parse(readFileSync(new URL('../../studio/src/i18n/zh_help.json', import.meta.url)));
  const lacks = [];
  const need = (owner, name) => `${owner}.${name}` in chinese || `*.${name}` in chinese || lacks.push(`${owner}.${name}`);
  for (const [section, options] of Object.entries(tables.sections)) for (const o of options) need(section, o.name);
  for (const [table, kinds] of Object.entries(tables.kinds))
    for (const kind of kinds) {
      const owner = table === 'activation' ? 'layer' : table;
      need(owner, kind.name);
      for (const o of kind.options) need(`${owner}.${kind.name}`, o.name);
    }
  assert.deepEqual(lacks, []);
});

test('everybody can use it: keyboard, axe-core, 360 pixels', async () => {
  for (const look of ['lang=en&theme=light', 'lang=en&theme=dark', 'lang=zh&theme=light', 'lang=zh&theme=dark'])
    for (const width of [look.includes('en') === look.includes('light') ? 1360 : 360]) {
      const { page, close } = await open(`#/data?${look}`, { viewport: { width, height: 800 }, bypassCSP: true });
      await taken(page, 'trees.csv', trees());
      await page.waitForSelector('.layer-card');
      for (const details of await page.$$('details')) await details.evaluate((d) => (d.open = true));
      await page.addScriptTag({ path: axe() });
      const found = await page.evaluate(() => window.axe.run({ resultTypes: ['violations'] }));
      const grave = found.violations.filter((v) => ['serious', 'critical'].includes(v.impact));
      assert.deepEqual(grave.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(' ')}`), [], `${look} ${width}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${look} ${width}: wider than its frame`);
      await close();
    }
});
