import { expect, onTestFinished, test } from 'vitest';
import { openPrompt, type Prompt } from '../../../client/cli/prompt.ts';
import { newTypedHistory } from '../../../client/cli/typed-history.ts';
import { KEYS, newTerminal, type Terminal } from '../../support/terminal.ts';

function promptAt(
  terminal: Terminal,
  complete = async (line: string): Promise<[string[], string]> => [[], line],
) {
  const { input, output } = terminal;
  const isSecret = (line: string) => line.startsWith('secret');
  const prompt = openPrompt({
    input,
    output,
    label: () => 'me> ',
    complete,
    history: newTypedHistory(),
    isSecret,
  });
  onTestFinished(() => prompt.close());
  return prompt;
}

const textsOf = ({ lines }: Prompt) => Array.fromAsync(lines, ({ text }) => text);

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
    'while it',
    'is typed',
    'me> abcdef',
    'ghiXYjklmn',
    'opqrstu',
  ]);
});

test('a line wraps at words, and the cursor stays in its place', async () => {
  const terminal = newTerminal({ columns: 10 });
  promptAt(terminal);
  terminal.type('one two three');
  expect(await terminal.lines()).toEqual(['me> one', 'two three']);
  for (let step = 0; step < 5; step++) terminal.type(KEYS.left);
  terminal.type('X');
  expect(await terminal.lines()).toEqual(['me> one', 'two Xthree']);
  terminal.type('Y');
  expect(await terminal.lines()).toEqual(['me> one', 'two', 'XYthree']);
  terminal.type(KEYS.left);
  terminal.type(KEYS.left);
  terminal.type('Z ');
  expect(await terminal.lines()).toEqual(['me> one', 'two Z', 'XYthree']);
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
    for await (const { text } of prompt.lines) {
      expect(text).toBe(`one${char}two${char}three`);
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
  expect(await textsOf(prompt)).toEqual(['done']);
});

test('ctrl+d ends the prompt', async () => {
  const terminal = newTerminal();
  const prompt = promptAt(terminal);
  terminal.type(`one${KEYS.enter}two${KEYS.enter}${KEYS.ctrlD}`);
  expect(await textsOf(prompt)).toEqual(['one', 'two']);
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

test('a printed text is replaced in place, also by one of another height', async () => {
  const terminal = newTerminal({ columns: 10 });
  const prompt = promptAt(terminal);
  prompt.print('before');
  const printed = prompt.print('one two three');
  prompt.print('after');
  terminal.type('abcdefghij');
  expect(printed.replace('short')).toBe(true);
  expect(await terminal.lines()).toEqual(['before', 'short', 'after', 'me>', 'abcdefghij']);
  expect(printed.replace('a much longer text')).toBe(true);
  terminal.type('k');
  expect(await terminal.lines()).toEqual([
    'before',
    'a much',
    'longer',
    'text',
    'after',
    'me> abcdef',
    'ghijk',
  ]);
});

test('an entered line is replaced by what becomes of it', async () => {
  const terminal = newTerminal();
  const prompt = promptAt(terminal);
  terminal.type(`hello${KEYS.enter}`);
  terminal.type('next');
  for await (const { printed } of prompt.lines) {
    printed.replace('you: hello');
    break;
  }
  expect(await terminal.lines()).toEqual(['you: hello', 'me> next']);
});

test('a text that has left the window is not replaced', async () => {
  const terminal = newTerminal({ rows: 5 });
  const prompt = promptAt(terminal);
  const first = prompt.print('first');
  const second = prompt.print('second');
  for (const text of ['third', 'fourth', 'fifth']) prompt.print(text);
  expect([first.visible, first.replace('changed')]).toEqual([false, false]);
  expect(second.replace('changed')).toBe(true);
  const before = await terminal.lines();
  expect(before).toEqual(['first', 'changed', 'third', 'fourth', 'fifth', 'me>']);
  // The line grows, which moves it out of the window, and shrinks again.
  terminal.type('one');
  terminal.type(KEYS.altEnter);
  terminal.type('two');
  await terminal.lines();
  terminal.type(KEYS.ctrlC);
  await terminal.lines();
  expect(second.replace('again')).toBe(false);
  expect((await terminal.lines()).slice(0, 5)).toEqual(before.slice(0, 5));
});

test.each(['\u{1f468}\u200d\u{1f469}\u200d\u{1f467}'.repeat(6), '漢'.repeat(9)])(
  'no text is replaced where terminals may show %s differently',
  async (text) => {
    const terminal = newTerminal({ columns: 15 });
    const prompt = promptAt(terminal);
    const above = prompt.print('above');
    prompt.print(text);
    const below = prompt.print('below');
    expect([above.replace('x'), below.replace('changed')]).toEqual([false, true]);
    const lines = await terminal.lines();
    expect([lines[0], lines.at(-2)]).toEqual(['above', 'changed']);
  },
);
