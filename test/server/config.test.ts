import { stringifyDocument } from '@urql/core';
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import * as documents from '../../client/core/documents/index.ts';
import { schema } from '../../schema/index.ts';
import { LIMITS } from '../../schema/limits.ts';
import { ConfigError, readConfig } from '../../server/config.ts';
import { ITEM_COST } from '../../server/limit-conflicts.ts';
import { SETTINGS } from '../../server/settings.ts';
import { operationCosts } from '../../server/transport/cost.ts';
import { launchServer } from '../support/process.ts';

test('every setting has a default', () => {
  expect(readConfig({})).toMatchObject({
    host: '127.0.0.1',
    port: 4000,
    databaseUrl: 'file:./data/parley.db',
    logLevel: 'info',
    proxyHops: 0,
    introspection: true,
    limits: { maxTextLength: 4_000, maxPendingMessages: 10_000, maxPageSize: 100, sessionDays: 30 },
  });
});

test('every setting is read from its environment variable', () => {
  const config = readConfig({
    HOST: '0.0.0.0',
    PORT: '0',
    DATABASE_URL: 'file::memory:',
    LOG_LEVEL: 'debug',
    PROXY_HOPS: '2',
    INTROSPECTION: 'false',
    REGISTRATION: 'closed',
    UV_THREADPOOL_SIZE: '8',
    MAX_TEXT_LENGTH: '1',
    SESSION_DAYS: ' 7 ',
  });
  expect(config).toMatchObject({
    host: '0.0.0.0',
    port: 0,
    databaseUrl: 'file::memory:',
    logLevel: 'debug',
  });
  expect(config).toMatchObject({
    proxyHops: 2,
    introspection: false,
    registration: 'CLOSED',
    threadPoolSize: 8,
    limits: { maxTextLength: 1, sessionDays: 7 },
  });
});

test('an empty setting counts as not set', () => {
  expect(readConfig(Object.fromEntries(SETTINGS.map(({ name }) => [name, ' '])))).toEqual(
    readConfig({}),
  );
});

const MAY_BE_ZERO = ['PORT', 'PROXY_HOPS', 'DATABASE_WAIT_SECONDS'];
const NUMBERS = SETTINGS.filter(({ default: value }) => typeof value === 'number').map(
  ({ name }) => name,
);

test.for<[name: string, value: string]>([
  ...NUMBERS.flatMap((name) =>
    ['x', '-1', '1.5', '1e3', '99999999999'].map((value): [string, string] => [name, value]),
  ),
  ...NUMBERS.filter((name) => !MAY_BE_ZERO.includes(name)).map((name): [string, string] => [
    name,
    '0',
  ]),
  ['PORT', '65536'],
  ['LOG_LEVEL', 'loud'],
  ['INTROSPECTION', 'yes'],
  ['DATABASE_URL', './parley.db'],
  ['DATABASE_URL', 'file:'],
  ['DATABASE_URL', 'mysql://localhost/parley'],
])('%s=%s is refused with its name, its value and what is allowed', ([name, value]) => {
  const reading = () => readConfig({ [name]: value });
  expect(reading).toThrow(ConfigError);
  expect(reading).toThrow(new RegExp(`^${name} must be .+, not "${RegExp.escape(value)}"\\.$`));
});

test.for<[settings: Record<string, string>, words: string]>([
  [
    { MAX_TEXT_LENGTH: '20000' },
    'Raise MAX_REQUEST_BYTES to at least 249216, or lower MAX_TEXT_LENGTH.',
  ],
  [
    { MAX_REQUEST_BYTES: '40000' },
    'Raise MAX_REQUEST_BYTES to at least 57216, or lower MAX_TEXT_LENGTH.',
  ],
  [
    { MAX_QUERY_BYTES: '70000' },
    'Raise MAX_REQUEST_BYTES to at least 71024, or lower MAX_QUERY_BYTES.',
  ],
  [
    { MAX_WATCHED_ACCOUNTS: '2000' },
    'Raise MAX_REQUEST_BYTES to at least 187216, or lower MAX_WATCHED_ACCOUNTS.',
  ],
  [{ MAX_PAGE_SIZE: '1000' }, 'Raise MAX_QUERY_COST to at least 30000, or lower MAX_PAGE_SIZE.'],
  [{ MAX_QUERY_COST: '1000' }, 'Raise MAX_QUERY_COST to at least 3000, or lower MAX_PAGE_SIZE.'],
  [{ HEADER_SECONDS: '20' }, 'Raise BODY_SECONDS to at least 20, or lower HEADER_SECONDS.'],
])('%j contradicts another setting and is refused with a way out', ([settings, words]) => {
  const reading = () => readConfig(settings);
  expect(reading).toThrow(ConfigError);
  expect(reading).toThrow(/^[A-Z_]+=\d+ and [A-Z_]+=\d+ contradict each other: .+\. /);
  expect(reading).toThrow(words);
});

test('two dependent limits can be raised together', () => {
  const { limits } = readConfig({ MAX_TEXT_LENGTH: '20000', MAX_REQUEST_BYTES: '249216' });
  expect(limits).toMatchObject({ maxTextLength: 20_000, maxRequestBytes: 249_216 });
});

test('every document of our clients fits the least limits', () => {
  const maxQueryBytes = LIMITS.maxQueryBytes.min;
  const maxQueryTokens = LIMITS.maxQueryTokens.min;
  const maxQueryDepth = LIMITS.maxQueryDepth.min;
  const maxQueryAliases = LIMITS.maxQueryAliases.min;
  const maxQueryCost = LIMITS.maxQueryCost.min;
  const maxPageSize = 10;
  const contextValue = { server: { limits: { maxPageSize, maxQueryCost } } };
  const page = { first: maxPageSize, last: maxPageSize, with: 'a', of: [], input: {} };
  for (const document of Object.values(documents)) {
    const text = stringifyDocument(document);
    if (text.startsWith('fragment')) continue;
    const parsed = parse(text, { maxTokens: maxQueryTokens });
    expect(text.length).toBeLessThanOrEqual(maxQueryBytes);
    expect(text.match(/\w+: (?=\w+( |$))/g)?.length ?? 0).toBeLessThanOrEqual(maxQueryAliases);
    const { cost, depth } = operationCosts(schema)({
      schema,
      document: parsed,
      variableValues: page,
      contextValue,
    });
    expect(depth).toBeLessThanOrEqual(maxQueryDepth);
    expect(cost).toBeLessThanOrEqual(
      text.includes('edges') ? ITEM_COST * maxPageSize : maxQueryCost,
    );
  }
});

test('a server with an invalid setting exits with one line that says why', async () => {
  const server = launchServer({ PORT: 'http', DATABASE_URL: 'file::memory:' });
  expect(await server.exited).toEqual({ code: 1, signal: null });
  expect(server.stderr()).toBe(
    'Parley cannot start. PORT must be a whole number from 0 to 65535, not "http".\n',
  );
});

test('a DATABASE_URL may list several hosts, of which one has to accept writes', () => {
  const hosts = 'postgres://parley:secret@one:5432,two:5433/parley';
  for (const url of [hosts, `${hosts}?target_session_attrs=primary`])
    expect(readConfig({ DATABASE_URL: url }).databaseUrl).toBe(url);
  for (const url of [`${hosts}?target_session_attrs=standby`, 'postgres://u@one,tw o/parley'])
    expect(() => readConfig({ DATABASE_URL: url })).toThrow('DATABASE_URL must be');
});
