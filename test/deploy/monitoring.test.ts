import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { newChat } from '../support/chat.ts';

/** Only a server on PostgreSQL has it. */
const POSTGRES_ALONE = 'parley_database_connections';

const path = (file: string) => fileURLToPath(new URL(`../../deploy/${file}`, import.meta.url));
const read = (file: string) => readFile(path(file), 'utf8');

/** The names of our metrics, and of Node's, in a text. */
const metricsIn = (text: string): string[] =>
  [...new Set(text.match(/\b(parley|nodejs|process)_[a-z0-9_]+/g))].toSorted();

test.for(['alerts.yaml', 'grafana-dashboard.json'])(
  'a server has each metric of %s',
  async (file) => {
    const { chat, alice } = await newChat('alice', 'bob');
    // A histogram with labels has its parts from the first time on.
    await alice.send('bob', 'hello');
    const shown = metricsIn(await (await fetch(`${chat.url}/metrics`)).text());
    const named = metricsIn(await read(file)).filter((name) => name !== POSTGRES_ALONE);
    expect(named.length).toBeGreaterThan(5);
    expect(shown).toEqual(expect.arrayContaining(named));
  },
);

/** Prometheus' own tool, which does not come with npm. */
const promtool = (parameters: readonly string[], input = '') =>
  spawnSync('promtool', parameters, { input, encoding: 'utf8' });
const hasPromtool = promtool(['--version']).status === 0;

test.runIf(hasPromtool)('promtool finds no fault in the alert rules', () => {
  const { status, stdout } = promtool(['check', 'rules', path('alerts.yaml')]);
  expect([status, stdout]).toEqual([0, expect.stringContaining('SUCCESS')]);
});

test.runIf(hasPromtool)('an alert fires for the server with its fault alone', () => {
  const tests = fileURLToPath(new URL('alerts-test.yaml', import.meta.url));
  const { status, stdout, stderr } = promtool(['test', 'rules', tests]);
  expect([status, stderr], stdout).toEqual([0, '']);
});

test.runIf(hasPromtool)('promtool finds no fault in our metrics', async () => {
  const { chat } = await newChat();
  const text = await (await fetch(`${chat.url}/metrics`)).text();
  const { stderr } = promtool(['check', 'metrics'], text);
  expect(stderr.split('\n').filter((line) => line.startsWith('parley_'))).toEqual([]);
});
