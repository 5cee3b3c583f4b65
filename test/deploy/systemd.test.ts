import { spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const canVerify = spawnSync('systemd-analyze', ['--version']).status === 0;

test.runIf(canVerify)('systemd finds no fault in the unit, and finds the program', async () => {
  const { bin } = JSON.parse(await readFile(join(ROOT, 'deploy/package/package.json'), 'utf8'));
  const unit = await readFile(join(ROOT, 'deploy/parley.service'), 'utf8');
  const folder = await temporaryFolder();
  const file = join(folder, 'parley.service');
  await writeFile(file, unit.replaceAll('/opt/parley', folder));
  await mkdir(join(folder, 'bin'));
  // test/deploy/package.test.ts installs the commands there and starts them.
  for (const name of Object.keys(bin))
    await writeFile(join(folder, 'bin', name), '#!/bin/sh\n', { mode: 0o755 });
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
  // An unknown setting is a warning only.
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
