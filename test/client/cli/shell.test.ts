import { expect, test } from 'vitest';
import { newChat } from '../../support/chat.ts';
import { openShell } from '../../support/shell.ts';
import { KEYS } from '../../support/terminal.ts';

const { enter, ctrlC, ctrlZ } = KEYS;
const lastLineIs = (line: string) => (lines: string[]) => lines.at(-1) === line;

test('Ctrl+Z stops the client and npm, and fg brings both back', async () => {
  const { chat } = await newChat();
  const shell = await openShell();
  shell.type(`npm run -s chat -- --url ${chat.url}${enter}`);
  await shell.shows(lastLineIs('>'));
  for (const round of [1, 2]) {
    shell.type(`half${ctrlZ}`);
    await shell.shows((lines) => lines.filter((line) => /Stopped/.test(line)).length === round);
    shell.type(`echo round $((${round} * 10))${enter}`);
    await shell.shows(`round ${round}0`);
    shell.type(`fg${enter}`);
    await shell.shows(lastLineIs('> half'));
    shell.type(`${ctrlC}help${enter}`);
    await shell.shows((lines) => lines.filter((line) => /^quit /.test(line)).length === round);
  }
  shell.type(`quit${enter}`);
  await shell.shows(lastLineIs('shell%'));
  expect((await shell.lines()).join('\n')).not.toContain('2004');
});
