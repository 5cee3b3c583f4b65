import { expect, test } from 'vitest';
import { ConfigError, readConfig, SETTINGS } from '../../server/config.ts';
import { launchServer } from '../support/process.ts';

test('nothing needs to be set', () => {
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
    MAX_TEXT_LENGTH: '1',
    SESSION_DAYS: ' 7 ',
  });
  expect(config).toMatchObject({ host: '0.0.0.0', port: 0, databaseUrl: 'file::memory:', logLevel: 'debug' });
  expect(config).toMatchObject({ proxyHops: 2, introspection: false, limits: { maxTextLength: 1, sessionDays: 7 } });
});

test('a setting that is empty counts as not set', () => {
  expect(readConfig(Object.fromEntries(SETTINGS.map(({ name }) => [name, ' '])))).toEqual(readConfig({}));
});

const NUMBERS = SETTINGS.filter(({ fallback }) => typeof fallback === 'number').map(({ name }) => name);

test.for([
  ...NUMBERS.flatMap((name) => ['x', '-1', '1.5', '1e3', '99999999999'].map((value) => [name, value])),
  ...NUMBERS.filter((name) => name !== 'PORT' && name !== 'PROXY_HOPS').map((name) => [name, '0']),
  ['PORT', '65536'],
  ['LOG_LEVEL', 'loud'],
  ['INTROSPECTION', 'yes'],
  ['DATABASE_URL', './parley.db'],
  ['DATABASE_URL', 'file:'],
  ['DATABASE_URL', 'mysql://localhost/parley'],
] as [string, string][])('%s=%s is refused, with its name, the value and what is allowed', ([name, value]) => {
  const reading = () => readConfig({ [name]: value });
  expect(reading).toThrow(ConfigError);
  expect(reading).toThrow(new RegExp(`^${name} is "${RegExp.escape(value)}"; allowed is .+\\.$`));
});

test('a server with a bad setting does not start, and says why in one line', async () => {
  const server = launchServer({ PORT: 'http', DATABASE_URL: 'file::memory:' });
  expect(await server.exited).toEqual({ code: 1, signal: null });
  expect(server.stderr()).toBe('Parley cannot start. PORT is "http"; allowed is a whole number from 0 to 65535.\n');
});
