import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const canVerify = spawnSync('systemd-analyze', ['--version']).status === 0;

test.runIf(canVerify)('systemd finds no fault in the unit, and finds the program', async () => {
  const unit = await readFile(join(ROOT, 'deploy/parley.service'), 'utf8');
  const file = join(await temporaryFolder(), 'parley.service');
  await writeFile(
    file,
    unit.replaceAll('/opt/parley/', ROOT).replaceAll('=/opt/parley', `=${ROOT}`),
  );
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
  // An unknown setting is a warning only.
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
