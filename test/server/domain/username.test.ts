import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CreateAccount } from '../../../client/core/documents.ts';
import { newUsername } from '../../../server/domain/username.ts';
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
])('%s becomes the username %s', ([typed = '', username]) => {
  expect(newUsername(typed)).toBe(username);
});

const INVALID = [
  ...['', ' ', '.a', '_a', '-a', 'a b', ' a', 'a ', 'a\n', 'a\n.', 'a/b', 'a@b', 'a\0', 'ä', 'é', 'ß', 'İ'],
  ...['аlice', '١', '🦜', 'a\u200b', 'x'.repeat(33), `${'ﬁ'.repeat(16)}x`, '__proto__', '\ud800'],
];

test('no account has a username of any other form', async () => {
  const { chat } = await newChat();
  for (const username of INVALID) {
    const { createAccount } = await chat.stranger.ask(CreateAccount, { input: { username, password: PASSWORD } });
    expect([username, createAccount.__typename]).toEqual([username, 'InvalidUsernameError']);
  }
});

test('a username is of the one form, and stays as it is when it is given again', () => {
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
