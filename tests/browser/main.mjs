// Runs the test files of this directory that are named, or all, or says what is missing and ends with 77, which CTest
// counts as skipped.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { lacks } from './rig.mjs';

const reason = lacks();
if (reason) {
  console.log(`skipped: ${reason}`);
  process.exit(77);
}
const directory = new URL('.', import.meta.url).pathname;
const named = process.argv.slice(2);
const files = named.length > 0 ? named : readdirSync(directory).filter((name) => name.endsWith('_test.mjs'));
process.exit(spawnSync(process.execPath, ['--test', ...files.map((name) => directory + name)], { stdio: 'inherit' }).status ?? 1);
