import { chromium } from 'playwright-core';
const base = process.env.BASE ?? 'http://127.0.0.1:8123';
const only = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const shots = [
  ['gallery-en', '/#/gallery?lang=en&theme=light', 1280, 860],
  ['gallery-zh', '/#/gallery?lang=zh&theme=dark', 1280, 860],
  ['net-w', '/#/network?run=ann-3-2-1&lang=en&theme=light&view=weights&step=0', 1360, 860],
  ['net-f', '/#/network?run=ann-3-2-1&lang=en&theme=dark&view=forward&step=0&pin=H4', 1360, 860],
  ['net-b', '/#/network?run=ann-3-2-1&lang=zh&theme=light&view=back&step=1&pin=w(1,4)', 1360, 860],
  ['der', '/#/derivative?run=ann-3-2-1&lang=en&theme=light&of=dL/dI1&step=1', 1360, 860],
  ['der-dark', '/#/derivative?run=ann-3-2-1&lang=zh&theme=dark&of=dL/dw(1,4)&step=1', 1360, 860],
  ['phone', '/#/network?run=ann-3-2-1&lang=en&theme=light&view=weights&step=0&pin=H4', 360, 800],
  ['phone-der', '/#/derivative?run=ann-3-2-1&lang=en&theme=light&of=dL/dI1&step=1', 360, 800],
  ['auto', '/#/network?run=autoencoder-3-2-1-2-3&lang=en&theme=light&view=forward&step=0', 1360, 860],
  ['auto-der', '/#/derivative?run=autoencoder-3-2-1-2-3&lang=en&theme=light&of=dL/dw(1,4)&step=0', 1360, 860],
];
for (const [name, path, width, height] of shots) {
  if (only.length && !only.includes(name)) continue;
  const page = await browser.newPage({ viewport: { width, height } });
  page.on('console', (m) => ['error', 'warning'].includes(m.type()) && console.log(name, m.text()));
  page.on('pageerror', (e) => console.log(name, e.message));
  await page.goto(base + path);
  await page.waitForTimeout(1200);
  await page.screenshot({ path: `/tmp/wt/studio-out/shots/${name}.png`, fullPage: name.startsWith('phone') });
  await page.close();
}
await browser.close();
