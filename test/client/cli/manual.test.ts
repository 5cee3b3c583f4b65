import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../../client/cli/commands/index.ts';
import { chatServerAt, newChat, newClients } from '../../support/chat.ts';
import { openInteractive, pipe } from '../../support/cli.ts';
import { newDatabase } from '../../support/database.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { startServer } from '../../support/process.ts';
import { KEYS } from '../../support/terminal.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const MAIN = join(ROOT, 'client/cli/main.ts');
const manual = readFileSync(join(ROOT, 'docs/command-line.md'), 'utf8');
const run = promisify(execFile);

interface Block {
  readonly language: string;
  readonly text: string;
}
const blocks: Block[] = [...manual.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(
  ([, language = '', text = '']) => ({ language, text }),
);

/** Hides what differs from run to run: times and ids. */
const timeless = (output: string) =>
  output
    .replaceAll(/\b\d\d:\d\d\]/g, 'hh:mm]')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time')
    .replaceAll(/"[\da-f]{4}(…|[\da-f]{4}-[\da-f-]{27})"/g, '"id"');

test('the shell lines of the manual print what it says', { timeout: 120_000 }, async () => {
  const { url } = await startServer({ DATABASE_URL: await newDatabase() });
  const bin = await temporaryFolder();
  const start = `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`;
  await writeFile(join(bin, 'parley'), start, { mode: 0o755 });
  const env = {
    PATH: `${bin}:${process.env.PATH}`,
    PARLEY_URL: url,
    HOME: await temporaryFolder(),
  };
  const examples = blocks.flatMap(({ language, text }, index) =>
    language === 'sh' ? [{ text, output: blocks[index + 1]?.text ?? '' }] : [],
  );
  // The first installs it, as package.test.ts does.
  for (const { text, output } of examples.slice(1)) {
    const { stdout } = await run('bash', ['-c', text], { cwd: bin, env });
    expect(timeless(stdout)).toBe(timeless(output));
  }
});

test('the window in the manual is what a terminal shows', async () => {
  const { chat } = await newChat();
  const { bob, carol } = await newClients(chatServerAt(chat.url), ['bob', 'carol']);
  const cli = await openInteractive(chat);
  cli.type(`create alice correct-horse${KEYS.enter}`);
  await cli.shows('alice>');
  cli.type(`with bob${KEYS.enter}`);
  await cli.shows('alice → bob>');
  cli.type(`Are you there?${KEYS.enter}`);
  await cli.shows('·  you: Are you there?');
  bob.read();
  const asBob = `login bob correct horse --join`;
  await pipe(chat, [asBob, 'read alice']);
  await cli.shows('✓✓ you: Are you there?');
  await bob.send('alice', 'Here I am, and just in time.');
  await cli.shows('bob: Here I am');
  await carol.send('alice', 'Lunch?');
  await cli.shows('carol → you');
  cli.type('/send carol In five minutes.');
  const lines = await cli.shows('In five minutes.');
  const [window] = blocks.filter(({ language }) => language === 'text');
  expect(timeless(`${lines.slice(1).join('\n')}\n`)).toBe(timeless(window?.text ?? ''));
});

test('the manual lists every command and its fields', () => {
  for (const { name, usage, help, needs, takes } of COMMANDS) {
    expect(manual).toContain(`| \`${usage}\` | ${help} |`);
    const fields = [...needs, ...takes.map((field) => `${field}?`)].map((field) => `\`${field}\``);
    // It needs a terminal.
    if (name !== 'with')
      expect(manual).toContain(`| \`${name}\` | ${fields.join(', ') || 'none'} |`);
  }
});
