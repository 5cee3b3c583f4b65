import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Login } from '../../../client/core/documents/session.ts';
import { passwordHasher } from '../../../server/domain/password.ts';
import { checkPassword } from '../../../server/domain/password-rules.ts';
import { overHttp } from '../../support/ask.ts';
import { newChat, newChatWith, PASSWORD } from '../../support/chat.ts';
import { temporaryFolder } from '../../support/folder.ts';

const passwords = passwordHasher(4);

test.for([
  ['short', 'TOO_SHORT'],
  ['seven77', 'TOO_SHORT'],
  ['🦜'.repeat(7), 'TOO_SHORT'],
  ['x'.repeat(129), 'TOO_LONG'],
  ['password1', 'COMMON'],
  ['PassWord1', 'COMMON'],
  ['p.a.s.s.w.o.r.d', 'COMMON'],
  ['  password  ', 'COMMON'],
  ['ｐａｓｓｗｏｒｄ', 'COMMON'],
  ['the.parrot', 'SAME_AS_USERNAME'],
  ['THE.PARROT', 'SAME_AS_USERNAME'],
  ['theparrot', 'SAME_AS_USERNAME'],
  ['The Parrot 2026!', 'SAME_AS_USERNAME'],
  ['1the.parrot', 'SAME_AS_USERNAME'],
  ['torrap.eht', 'SAME_AS_USERNAME'],
  ['the.parrotthe.parrot', 'SAME_AS_USERNAME'],
  ['7h3.p4rr07', 'SAME_AS_USERNAME'],
  ['the.parrot\u200b', 'SAME_AS_USERNAME'],
  ['aaaaaaaa', 'REPEATED'],
  ['AaAaAaAa', 'REPEATED'],
  ['a a a a a', 'REPEATED'],
  ['🦜'.repeat(8), 'REPEATED'],
  ['👩‍👩‍👧'.repeat(3), 'REPEATED'],
  ['x\u0323'.repeat(8), 'REPEATED'],
  [`a${'\u200b'.repeat(7)}`, 'REPEATED'],
  ['        ', 'BLANK'],
  ['\u00a0\u3000'.repeat(4), 'BLANK'],
  ['\u200b'.repeat(8), 'BLANK'],
  ['\u3164'.repeat(8), 'BLANK'],
  ['\u2800'.repeat(8), 'BLANK'],
  ['\0'.repeat(8), 'BLANK'],
  ['correct \ud800 horse', 'NOT_UNICODE'],
  ['correct horse \udc00', 'NOT_UNICODE'],
  ['x'.repeat(60_000), 'TOO_LONG'],
])('the password %s is refused as %s', async ([password = '', reason]) => {
  const { chat } = await newChat();
  const query = `mutation ($in: CreateAccountInput!) {
    createAccount(input: $in) { __typename ... on WeakPasswordError { reason message } }
  }`;
  const variables = { in: { username: 'The.Parrot', password } };
  expect(await overHttp({ url: chat.url, query, variables })).toEqual({
    data: {
      createAccount: {
        __typename: 'WeakPasswordError',
        reason,
        message: expect.stringMatching(/\.$/),
      },
    },
  });
});

test.for([
  ...[
    'eightish',
    'horse battery',
    'ab'.repeat(4),
    '🦜🐎'.repeat(64),
    '\u1112\u1161\u11ab글'.repeat(64),
  ],
  ...[
    'malice in wonderland',
    'alice in chains',
    "alice's horse",
    'al-ice-berg',
    'alice🦜🐎🐢',
    'ecilop 77',
  ],
])('the password %s is accepted for alice', (password) => {
  expect(() => checkPassword(password, 'alice')).not.toThrow();
});

test('a username of digits or of one letter is compared like any other', () => {
  expect(() => checkPassword('123454321', '12345')).toThrow('username');
  expect(() => checkPassword('20261125-a', 'a')).toThrow('username');
  expect(() => checkPassword('abracadabra-x', 'a')).not.toThrow();
});

test('a password is hashed with salted Argon2id and matches only itself', async () => {
  const [kept, again] = [await passwords.hash(PASSWORD), await passwords.hash(PASSWORD)];
  expect(kept).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(kept).not.toBe(again);
  expect(await passwords.verify(PASSWORD, kept)).toBe('right');
  expect(await passwords.verify(`${PASSWORD} `, kept)).toBe('wrong');
  expect(await passwords.verify(PASSWORD, undefined)).toBe('wrong');
});

test('a password matches with composed and decomposed accents', async () => {
  const [composed, decomposed] = ['crème brûlée', 'cre\u0300me bru\u0302le\u0301e'];
  for (const password of [composed, decomposed]) {
    const kept = await passwords.hash(password);
    expect(await passwords.verify(composed, kept)).toBe('right');
    expect(await passwords.verify(decomposed, kept)).toBe('right');
    expect(await passwords.verify('creme brulee', kept)).toBe('wrong');
  }
});

test('an ill-formed password matches nothing, not even its own encoding', async () => {
  const kept = await passwords.hash('correct \ufffd horse');
  expect(await passwords.verify('correct \ufffd horse', kept)).toBe('right');
  for (const lone of ['\ud800', '\udc00'])
    expect(await passwords.verify(`correct ${lone} horse`, kept)).toBe('wrong');
});

test('a hash is verified with its own parameters, and old ones are outdated', async () => {
  // Of "correct horse", made with other parameters by another implementation of Argon2.
  const kept =
    '$argon2id$v=19$m=4096,t=3,p=2$c29tZXNhbHRvZm90aGVycw$/HG8Vir2ZXW4VIi2zqeKgQ3UjEU61sm5';
  expect(await passwords.verify(PASSWORD, kept)).toBe('outdated');
  expect(await passwords.verify('wrong horse', kept)).toBe('wrong');
});

test('a hash without normalization is outdated and still matches', async () => {
  const decomposed = 'cre\u0300me bru\u0302le\u0301e';
  const kept =
    '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRvZm90aGVycw$Li5giNJTe89ebgERm8qO12UWyBpEg/o6JAAgA90MTvY';
  expect(await passwords.verify(decomposed, kept)).toBe('outdated');
  expect(await passwords.verify('crème brûlée', kept)).toBe('wrong');
});

test('an overlong password costs no work', async () => {
  const { chat } = await newChat();
  const fastest = async (password: string) => {
    const times: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      times.push(
        (
          await measured(() =>
            chat.anonymous.ask(Login, { input: { username: 'nobody', password } }),
          )
        )[0],
      );
    }
    return Math.min(...times);
  };
  expect(await fastest('x'.repeat(60_000))).toBeLessThan(await fastest(PASSWORD));
});

test.for(['wrong horse', 'wrong ho\u0308rse'])(
  'an unknown username takes as long as the wrong password %s',
  async (password) => {
    const { chat } = await newChat();
    await chat.create('alice');
    const times = { alice: [] as number[], nobody: [] as number[] };
    for (let round = 0; round < 5; round += 1) {
      for (const username of ['alice', 'nobody'] as const) {
        const [time, { login }] = await measured(() =>
          chat.anonymous.ask(Login, { input: { username, password } }),
        );
        expect(login.__typename).toBe('InvalidCredentialsError');
        times[username].push(time);
      }
    }
    const ratio = Math.min(...times.nobody) / Math.min(...times.alice);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  },
);

test('200 concurrent logins leave threads to others; the excess is refused', async () => {
  const { chat } = await newChatWith({ settings: { PROXY_HOPS: '1' } });
  const query = 'mutation ($input: LoginInput!) { login(input: $input) { __typename } }';
  const path = join(await temporaryFolder(), 'unrelated');
  await writeFile(path, 'x');
  const outcomes = { InvalidCredentialsError: 0, RateLimitedError: 0 };
  let sentOneAway = (): void => {};
  const queueIsFull = new Promise<void>((resolve) => {
    sentOneAway = resolve;
  });
  const logins = Array.from({ length: 200 }, async (_, number) => {
    const input = { username: `nobody${number}`, password: PASSWORD };
    // Of one address only a few are under way at a time.
    const headers = { 'x-forwarded-for': `192.0.2.${number}` };
    const { data } = await overHttp({ url: chat.url, query, variables: { input } }, headers);
    const outcome = Object(data?.login).__typename as keyof typeof outcomes;
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

  // With all threads taken, the file would have been read after the 32 hashes in the queue.
  expect(meanwhile).toBeLessThan(16);
  expect(outcomes.InvalidCredentialsError).toBeGreaterThanOrEqual(33);
  expect(outcomes.InvalidCredentialsError + outcomes.RateLimitedError).toBe(200);
});

/**
 * The processor time that something took, in milliseconds, and its result: the same however busy
 * the machine is.
 */
async function measured<Result>(run: () => Promise<Result>): Promise<[number, Result]> {
  const start = process.cpuUsage();
  const result = await run();
  const { user, system } = process.cpuUsage(start);
  return [(user + system) / 1_000, result];
}
