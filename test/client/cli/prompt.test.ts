import { expect, onTestFinished, test } from 'vitest';
import { openPrompt } from '../../../client/cli/prompt.ts';
import { KEYS, newTerminal, type Terminal } from '../../support/terminal.ts';

function promptAt(
  terminal: Terminal,
  complete = async (line: string): Promise<[string[], string]> => [[], line],
) {
  const { input, output } = terminal;
  const isSecret = (line: string) => line.startsWith('secret');
  const prompt = openPrompt({ input, output, label: () => 'me> ', complete, isSecret });
  onTestFinished(() => prompt.close());
  return prompt;
}

test('printed text appears above the line being typed', async () => {
  const terminal = newTerminal();
  const prompt = promptAt(terminal);
  terminal.type('half a li');
  prompt.print('a message\nof two lines');
  terminal.type('ne');
  expect(await terminal.lines()).toEqual(['a message', 'of two lines', 'me> half a line']);
});

test('a wrapped line and the cursor in it stay intact', async () => {
  const terminal = newTerminal({ columns: 10 });
  const prompt = promptAt(terminal);
  prompt.print('before');
  terminal.type('abcdefghijklmnopqrstu');
  for (let step = 0; step < 12; step++) terminal.type(KEYS.left);
  prompt.print('while it is typed');
  terminal.type('XY');
  expect(await terminal.lines()).toEqual([
    'before',
    'while it i',
    's typed',
    'me> abcdef',
    'ghiXYjklmn',
    'opqrstu',
  ]);
});

test.each([6, 16, 17, 26])(
  'a pasted line that wraps stays intact at %i characters',
  async (length) => {
    const terminal = newTerminal({ columns: 10 });
    const prompt = promptAt(terminal);
    prompt.print('before');
    const pasted = 'abcdefghijklmnopqrstuvwxyz'.slice(0, length);
    terminal.paste(pasted);
    prompt.print('one');
    prompt.print('two');
    const expected = ['before', 'one', 'two', ...(`me> ${pasted}`.match(/.{1,10}/g) ?? [])];
    expect(await terminal.lines()).toEqual(expected);
  },
);

test.for(['\u2028', '\u2029', '\u0085'])(
  '%j belongs to the line, typed and pasted',
  async (char) => {
    const terminal = newTerminal();
    const prompt = promptAt(terminal);
    terminal.type(`one${char}two`);
    terminal.paste(`${char}three`);
    const asked = prompt.ask('Really? ');
    terminal.type(`y${char}${KEYS.enter}`);
    expect(await asked).toBe(`y${char}`);
    terminal.type(KEYS.enter);
    for await (const line of prompt.lines) {
      expect(line).toBe(`one${char}two${char}three`);
      break;
    }
  },
);

test('a change of width keeps the line and the text above it intact', async () => {
  const terminal = newTerminal({ columns: 40 });
  const prompt = promptAt(terminal);
  prompt.print('before');
  terminal.type('abcdefghijklmnopqrstuvwxyz');
  await terminal.resize(10);
  prompt.print('narrow');
  await terminal.resize(40);
  prompt.print('wide');
  const lines = await terminal.lines();
  expect(lines).toEqual(expect.arrayContaining(['before', 'narrow', 'wide']));
  expect(lines.at(-1)).toBe('me> abcdefghijklmnopqrstuvwxyz');
});

test('a hidden answer is not echoed, even when text is printed meanwhile', async () => {
  const terminal = newTerminal();
  const prompt = promptAt(terminal);
  const answer = prompt.ask('Password: ', true);
  terminal.type('hunter');
  prompt.print('a message');
  terminal.type(`2 ${KEYS.enter}`);
  expect(await answer).toBe('hunter2 ');
  expect(await terminal.lines()).toEqual(['a message', 'Password:', 'me>']);
});

test('answers and secret lines do not enter the history', async () => {
  const terminal = newTerminal();
  const prompt = promptAt(terminal);
  terminal.type(`first${KEYS.enter}`);
  terminal.type(`secret word${KEYS.enter}`);
  const answer = prompt.ask('Password: ', true);
  terminal.type(`hunter2${KEYS.enter}`);
  await answer;
  terminal.type(KEYS.up);
  expect((await terminal.lines()).at(-1)).toBe('me> first');
});

test('a question gives back the line that was being typed', async () => {
  const terminal = newTerminal();
  const prompt = promptAt(terminal);
  terminal.type('half a li');
  const answer = prompt.ask('Really? ');
  terminal.type(`yes${KEYS.enter}`);
  expect(await answer).toBe('yes');
  expect(await terminal.lines()).toEqual(['Really? yes', 'me> half a li']);
});

test('ctrl+c cancels a question, then clears the line, then ends the prompt', async () => {
  const terminal = newTerminal();
  const prompt = promptAt(terminal);
  const answer = prompt.ask('Password: ', true);
  terminal.type(`hunter${KEYS.ctrlC}`);
  expect(await answer).toBe(undefined);
  terminal.type(`something${KEYS.ctrlC}done${KEYS.enter}`);
  terminal.type(KEYS.ctrlC);
  expect(await Array.fromAsync(prompt.lines)).toEqual(['done']);
});

test('ctrl+d ends the prompt', async () => {
  const terminal = newTerminal();
  const prompt = promptAt(terminal);
  terminal.type(`one${KEYS.enter}two${KEYS.enter}${KEYS.ctrlD}`);
  expect(await Array.fromAsync(prompt.lines)).toEqual(['one', 'two']);
  expect(await terminal.lines()).toEqual(['me> one', 'me> two']);
});

test('tab completes a single candidate and lists several', async () => {
  const terminal = newTerminal();
  promptAt(terminal, async (line) => [
    ['deliver ', 'delete '].filter((verb) => verb.startsWith(line)),
    line,
  ]);
  terminal.type(`deli${KEYS.tab}`);
  await terminal.shows('me> deliver');
  terminal.type(`${KEYS.ctrlC}d${KEYS.tab}`);
  await terminal.shows('me> del');
  terminal.type(KEYS.tab);
  await terminal.shows((lines) => lines.some((line) => /^deliver +delete$/.test(line)));
});
