import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Login } from '../../../client/core/documents.ts';
import { checkPassword, hashPassword, passwordMatches } from '../../../server/domain/password.ts';
import { overHttp } from '../../support/ask.ts';
import { newChat, PASSWORD } from '../../support/chat.ts';
import { temporaryFolder } from '../../support/folder.ts';

test.for([
  ['short', 'TOO_SHORT'],
  ['seven77', 'TOO_SHORT'],
  ['🦜'.repeat(7), 'TOO_SHORT'],
  ['x'.repeat(129), 'TOO_LONG'],
  ['password1', 'COMMON'],
  ['PassWord1', 'COMMON'],
  ['the.parrot', 'SAME_AS_USERNAME'],
  ['THE.PARROT', 'SAME_AS_USERNAME'],
])('the password %s is refused as %s', async ([password = '', reason]) => {
  const { chat } = await newChat();
  const query = `mutation ($in: CreateAccountInput!) {
    createAccount(input: $in) { __typename ... on WeakPasswordError { reason message } }
  }`;
  const variables = { in: { username: 'The.Parrot', password } };
  expect(await overHttp({ url: chat.url, query, variables })).toEqual({
    data: { createAccount: { __typename: 'WeakPasswordError', reason, message: expect.stringMatching(/\.$/) } },
  });
});

test('a password of 8 to 128 code points will do, whatever they are', () => {
  for (const password of ['eightish', '🦜'.repeat(8), '🦜'.repeat(128), '        ']) checkPassword(password, 'alice');
});

test('a password is kept as Argon2id, salted, and matches itself alone', async () => {
  const [kept, again] = [await hashPassword(PASSWORD), await hashPassword(PASSWORD)];
  expect(kept).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(kept).not.toBe(again);
  expect(await passwordMatches(PASSWORD, kept)).toBe(true);
  expect(await passwordMatches(`${PASSWORD} `, kept)).toBe(false);
  expect(await passwordMatches(PASSWORD, undefined)).toBe(false);
});

test('a password that is longer than any costs no work', async () => {
  const { chat } = await newChat();
  const fastest = async (password: string) => {
    const times: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      times.push((await measured(() => chat.stranger.ask(Login, { input: { username: 'nobody', password } })))[0]);
    }
    return Math.min(...times);
  };
  expect(await fastest('x'.repeat(60_000))).toBeLessThan(await fastest(PASSWORD));
});

test('an unknown username takes as long as a wrong password', async () => {
  const { chat } = await newChat();
  await chat.create('alice');
  const times = { alice: [] as number[], nobody: [] as number[] };
  for (let round = 0; round < 5; round += 1) {
    for (const username of ['alice', 'nobody'] as const) {
      const [time, { login }] = await measured(() =>
        chat.stranger.ask(Login, { input: { username, password: 'wrong horse' } }),
      );
      expect(login.__typename).toBe('InvalidCredentialsError');
      times[username].push(time);
    }
  }
  const ratio = Math.min(...times.nobody) / Math.min(...times.alice);
  expect(ratio).toBeGreaterThan(0.5);
  expect(ratio).toBeLessThan(2);
});

test('200 logins at once leave the thread pool to others, and those beyond the queue are told to come back', async () => {
  const { chat } = await newChat();
  const path = join(await temporaryFolder(), 'unrelated');
  await writeFile(path, 'x');
  const outcomes = { InvalidCredentialsError: 0, RateLimitedError: 0 };
  let sentOneAway = (): void => {};
  const queueIsFull = new Promise<void>((resolve) => {
    sentOneAway = resolve;
  });
  const logins = Array.from({ length: 200 }, async (_, number) => {
    const input = { username: `nobody${number}`, password: PASSWORD };
    const outcome = (await chat.stranger.ask(Login, { input })).login.__typename as keyof typeof outcomes;
    outcomes[outcome] += 1;
    if (outcome === 'RateLimitedError') sentOneAway();
  });
  await queueIsFull;
  const before = outcomes.InvalidCredentialsError;
  await readFile(path);
  const meanwhile = outcomes.InvalidCredentialsError - before;
  await Promise.all(logins);
  console.log(
    `${outcomes.RateLimitedError} of 200 logins were sent away; a file was read within ${meanwhile} of the rest`,
  );

  // A pool that was full of them would have read it behind all that waited, which are 32.
  expect(meanwhile).toBeLessThan(16);
  expect(outcomes.InvalidCredentialsError).toBeGreaterThanOrEqual(33);
  expect(outcomes.InvalidCredentialsError + outcomes.RateLimitedError).toBe(200);
});

/** How long something took, in milliseconds, and what came of it. */
async function measured<Result>(run: () => Promise<Result>): Promise<[number, Result]> {
  const start = performance.now();
  const result = await run();
  return [performance.now() - start, result];
}
