import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { chatServerAt, newClients, PASSWORD } from '../../support/chat.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { startServer } from '../../support/process.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const run = promisify(execFile);

/** An empty folder with the packed client and the example in it. */
async function installed(): Promise<string> {
  const folder = await temporaryFolder();
  const npm = (cwd: string, ...words: string[]) => run('npm', [...words, '--silent'], { cwd });
  const { stdout } = await npm(join(ROOT, 'client/core'), 'pack', '--pack-destination', folder);
  const tarball = stdout.trim().split('\n').at(-1) ?? '';
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await npm(
    folder,
    'install',
    join(folder, tarball),
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
  );
  await copyFile(join(ROOT, 'examples/echo-bot.ts'), join(folder, 'echo-bot.ts'));
  return folder;
}

/** Runs the quick start of the README as one account to itself, and returns its first output. */
async function quickStart(folder: string, url: string, username: string): Promise<string> {
  const readme = await readFile(join(ROOT, 'client/core/README.md'), 'utf8');
  const [, code = ''] = /^```js\n(.*?)^```/ms.exec(readme) ?? [];
  const settings = { 'http://127.0.0.1:4000': url, alice: username, 'correct-horse': PASSWORD };
  const adapted = Object.entries({ ...settings, bob: username }).reduce(
    (text, [from, to]) => text.replace(`'${from}'`, `'${to}'`),
    // The account is online in the test.
    code.replace("username: 'alice',", "username: 'alice',\n  ifOnline: 'JOIN',"),
  );
  await writeFile(join(folder, 'hello.mjs'), adapted);
  const hello = spawn(process.execPath, ['hello.mjs'], { cwd: folder });
  onTestFinished(() => void hello.kill('SIGKILL'));
  let output = '';
  for await (const chunk of hello.stdout) {
    output += chunk;
    if (/^Sent\.$/m.test(output)) break;
  }
  return output;
}

test('the echo bot answers 100 messages exactly once across a kill, and ends', {
  timeout: 180_000,
}, async () => {
  const folder = await installed();
  const settings = { DATABASE_URL: `file:${join(await temporaryFolder(), 'parley.db')}` };
  const server = await startServer(settings);
  const entrance = chatServerAt(server.url);
  const { alice } = await newClients(entrance, ['alice']);
  await entrance.create('echo');
  const reading = alice.read();
  const bot = spawn(process.execPath, ['echo-bot.ts', server.url, 'echo', PASSWORD, '100'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = once(bot, 'close');
  onTestFinished(() => void bot.kill('SIGKILL'));

  const texts = Array.from({ length: 100 }, (_, index) => String(index));
  const sent = texts.map((text) => alice.send('echo', text));
  await reading.shown(20);
  await server.end('SIGKILL');
  await startServer({ ...settings, PORT: new URL(server.url).port });
  for (const outcome of await Promise.all(sent)) expect(outcome).toMatchObject({ sent: true });
  expect(await ended).toEqual([0, null]);
  expect((await reading.shown(100)).map(({ text }) => text)).toEqual(texts);
  await alice.send('alice', 'the last');
  expect(await reading.shown(101)).toHaveLength(101);

  expect(await quickStart(folder, server.url, alice.username)).toContain('Sent.');

  // Its types need nothing of this repository; `dom` is for those of wonka.
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const types = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types')];
  const strict = [
    '--noEmit',
    '--strict',
    '--target',
    'esnext',
    '--module',
    'nodenext',
    '--lib',
    'esnext,dom',
  ];
  await expect(
    run(process.execPath, [tsc, ...strict, ...types, 'echo-bot.ts'], { cwd: folder }),
  ).resolves.toBeDefined();
});
