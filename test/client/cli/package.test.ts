import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { newChat, PASSWORD } from '../../support/chat.ts';
import { temporaryFolder } from '../../support/folder.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PACKAGE = join(ROOT, 'client/cli');
const run = promisify(execFile);
const manifestOf = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

test('the packed client is installed elsewhere and sends a message', {
  timeout: 180_000,
}, async () => {
  const { chat, bob } = await newChat('bob');
  await chat.create('alice');
  const folder = await temporaryFolder();
  const npm = (cwd: string, ...words: string[]) => run('npm', [...words, '--silent'], { cwd });
  const { stdout } = await npm(PACKAGE, 'pack', '--pack-destination', folder);
  const tarball = join(folder, stdout.trim().split('\n').at(-1) ?? '');
  // Otherwise npm installs into a folder further up that has one.
  await writeFile(join(folder, 'package.json'), '{}');
  await npm(folder, 'install', tarball, '--prefer-offline', '--no-audit', '--no-fund');

  const env = { ...process.env, XDG_CONFIG_HOME: folder, PARLEY_URL: chat.url };
  const parley = (...words: string[]) => run('npx', ['parley', ...words], { cwd: folder, env });
  expect((await parley('--version')).stdout).toBe(`${manifestOf(PACKAGE).version}\n`);
  await parley('login', 'alice', PASSWORD);
  expect((await parley('send', 'bob', 'packed')).stdout).toBe('Sent to bob.\n');
  expect((await bob.read().shown(1))[0]?.text).toBe('packed');
});

test('the package depends on what the repository depends on', () => {
  expect(manifestOf(ROOT).dependencies).toMatchObject(manifestOf(PACKAGE).dependencies);
});
