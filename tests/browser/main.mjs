// Runs the tests of this directory, or says what is missing and ends with 77, which CTest counts as skipped.
import { spawnSync } from 'node:child_process';
import { lacks } from './rig.mjs';

const reason = lacks();
if (reason) {
  console.log(`skipped: ${reason}`);
  process.exit(77);
}
const files = [new URL('studio_test.mjs', import.meta.url).pathname];
process.exit(spawnSync(process.execPath, ['--test', ...files], { stdio: 'inherit' }).status ?? 1);
