import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CreateAccount } from '../../../client/core/documents/account.ts';
import { fold, newUsername } from '../../../server/domain/username.ts';
import { newChat, PASSWORD } from '../../support/chat.ts';

test.for([
  ['alice', 'alice'],
  ['ALICE', 'alice'],
  ['ａｌｉｃｅ', 'alice'],
  ['ﬁona', 'fiona'],
  ['\u212Aate', 'kate'],
  ['a', 'a'],
  ['0', '0'],
  ['a.b_c-d', 'a.b_c-d'],
  ['9--', '9--'],
  ['x'.repeat(32), 'x'.repeat(32)],
  ['𝐱'.repeat(32), 'x'.repeat(32)],
  [' Alice ', 'alice'],
  ['\u3000\tALICE\u00a0\u2028\n', 'alice'],
  ['\ufeffalice\u0085', 'alice'],
  [`${' '.repeat(30_000)}a${' '.repeat(30_000)}`, 'a'],
])('%s becomes the username %s', ([typed = '', username]) => {
  expect(newUsername(typed)).toBe(username);
});

const INVALID = [
  ...['', ' ', '.a', '_a', '-a', 'a b', 'a\n.', 'a*', 'a/b', 'a@b', 'a\0', 'ä', 'é', 'ß', 'İ'],
  ...[
    'аlice',
    '١',
    '🦜',
    'a\u200b',
    'x'.repeat(33),
    'x'.repeat(60_000),
    `${'ﬁ'.repeat(16)}x`,
    '__proto__',
    '\ud800',
  ],
];

test('an account cannot have a username of another form', async () => {
  const { chat } = await newChat();
  for (const username of INVALID) {
    const { createAccount } = await chat.anonymous.ask(CreateAccount, {
      input: { username, password: PASSWORD },
    });
    expect([username, createAccount.__typename]).toEqual([username, 'InvalidUsernameError']);
  }
});

test('a text that no username contains folds to nothing, however long it is', () => {
  for (const typed of [
    'ä',
    'a b',
    'a\0',
    '%',
    '\ud800',
    '\ufdfa'.repeat(128),
    'x'.repeat(1_000_000),
  ]) {
    expect(fold(typed)).toBeUndefined();
  }
  // White space within a text must not be searched again from each of its characters.
  const start = performance.now();
  expect(fold(`a${' '.repeat(1_000_000)}b`)).toBeUndefined();
  const long = performance.now() - start;
  expect(long).toBeLessThan(1_000);
});

test('a folded username is canonical and folds to itself', () => {
  const letter = fc.constantFrom(...'aZ09._-ａＺ０ﬁK²Å ');
  fc.assert(
    fc.property(fc.string({ unit: letter, maxLength: 34 }), (typed) => {
      let username: string;
      try {
        username = newUsername(typed);
      } catch {
        return;
      }
      expect(username).toMatch(/^[a-z0-9][a-z0-9._-]{0,31}$/);
      expect(newUsername(username)).toBe(username);
    }),
  );
});
