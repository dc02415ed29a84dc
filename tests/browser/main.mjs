// Runs the tests of this directory, or says what is missing and ends with 77, which CTest counts as skipped.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { lacks } from './rig.mjs';

const reason = lacks();
if (reason) {
  console.log(`skipped: ${reason}`);
  process.exit(77);
}
const directory = new URL('.', import.meta.url).pathname;
const files = readdirSync(directory).filter((name) => name.endsWith('_test.mjs')).map((name) => directory + name);
process.exit(spawnSync(process.execPath, ['--test', ...files], { stdio: 'inherit' }).status ?? 1);
