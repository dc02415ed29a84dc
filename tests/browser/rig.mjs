// A studio of its own for each test file, and a browser that may ask nobody else.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = new URL('../..', import.meta.url).pathname;
const require = createRequire(join(root, 'studio/package.json'));
export const binary = process.env.ISINGLASS_BINARY ?? join(root, 'build/dev/isinglass');
export const kBrowser = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

// Why the tests cannot run here, or ''.
export function lacks() {
  if (!kBrowser) return 'there is no chromium; do: apt-get install chromium';
  if (!existsSync(join(root, 'studio/node_modules/playwright-core'))) return 'studio/node_modules is not there; do: cd studio && npm ci';
  if (!existsSync(binary)) return `${binary} is not built`;
  return '';
}

export const axe = () => require.resolve('axe-core/axe.min.js');

export async function openBrowser() {
  const { chromium } = require('playwright-core');
  return chromium.launch({ executablePath: kBrowser, args: ['--no-sandbox'] });
}

// In a directory of its own, or one that another studio left; `runs`, paths of runs in it, are opened.
export async function openStudio(port = 0, { directory = mkdtempSync(join(tmpdir(), 'isinglass-studio-')), runs = [] } = {}) {
  const child = spawn(binary, ['studio', ...runs, '--no-browser', '--port', `${port}`], { cwd: directory, stdio: ['ignore', 'pipe', 'inherit'] });
  const address = await new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (part) => {
      text += part;
      if (text.includes('\n')) resolve(text.trim());
    });
    child.on('exit', (status) => reject(new Error(`isinglass studio ended with ${status}`)));
  });
  const page = await (await fetch(address)).text();
  const token = page.match(/isinglass-token" content="([0-9a-f]+)"/)[1];
  const get = async (path) => (await fetch(new URL(path, address))).json();
  const post = async (path, body) => {
    const headers = { 'Content-Type': 'application/json', 'X-Isinglass-Token': token };
    const answer = await fetch(new URL(path, address), { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  };
  // A scene trained up to a step (all of it without one), and held there.
  const train = async (scene, step) => {
    const { id } = await post('/api/runs', { scene });
    await post(`/api/runs/${id}/command`, step === undefined ? { do: 'play' } : { do: 'step', batches: step });
    for (let i = 0; i < 600; ++i) {
      const run = (await get('/api/state')).runs.find((r) => r.id === id);
      if (run.status === 'done' || (run.status === 'paused' && run.step === step)) return id;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${scene} did not come to step ${step}`);
  };
  const close = () => {
    child.removeAllListeners('exit');
    child.on('exit', () => rmSync(directory, { recursive: true, force: true }));
    child.kill('SIGKILL');
  };
  // As the machine's owner or its power does it; what the studio wrote stays.
  const kill = () =>
    new Promise((resolve) => {
      child.removeAllListeners('exit');
      child.on('exit', resolve);
      child.kill('SIGKILL');
    });
  return { address, token, directory, get, post, train, close, kill };
}

// Looks again until it is so. (Playwright's own waitForFunction needs eval, which the page's policy forbids.)
export async function until(page, condition, argument) {
  for (let i = 0; i < 400; ++i) {
    if (await page.evaluate(condition, argument)) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`it did not come to: ${condition} with ${argument}`);
}

// A page that fails the test for every error and every request that leaves this machine.
export async function openPage(browser, studio, hash, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 }, ...options });
  const page = await context.newPage();
  const wrong = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (!['data:', 'blob:'].includes(url.protocol) && url.origin !== new URL(studio.address).origin) wrong.push(`asked ${url}`);
  });
  await page.goto(studio.address + hash);
  return { page, wrong, close: () => context.close() };
}
