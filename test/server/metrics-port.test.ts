import { expect, test } from 'vitest';
import { newChatWith } from '../support/chat.ts';
import { temporaryFolder } from '../support/folder.ts';
import { launchServer, startServer } from '../support/process.ts';
import { exchange, request, statusIn } from '../support/raw.ts';

/** The address of /metrics, as a server prints it. */
const PRINTED = /^ {2}Metrics {10}(\S+)\/metrics$/m;

const newSettings = async () => ({ DATABASE_URL: `file:${await temporaryFolder()}/parley.db` });

test('without METRICS_PORT, /metrics is on the port of the API', async () => {
  const server = await startServer(await newSettings());
  expect(server.stdout()).not.toMatch(PRINTED);
  const answer = await fetch(`${server.url}/metrics`);
  expect([answer.status, await answer.text()]).toEqual([
    200,
    expect.stringContaining('parley_build_info'),
  ]);
});

test('METRICS_PORT moves /metrics, and nothing else, to a port of its own', async () => {
  const settings = { METRICS_PORT: '0', METRICS_HOST: '127.0.0.2' };
  const server = await startServer({ ...(await newSettings()), ...settings });
  const [, metricsUrl = ''] = PRINTED.exec(server.stdout()) ?? [];
  expect(new URL(metricsUrl).hostname).toBe('127.0.0.2');
  const statuses = async (path: string) =>
    Promise.all([server.url, metricsUrl].map(async (url) => (await fetch(url + path)).status));
  expect(await statuses('/metrics')).toEqual([404, 200]);
  expect(await statuses('/healthz')).toEqual([200, 404]);
  expect(await statuses('/')).toEqual([200, 404]);
  expect(await statuses('/graphql?query=%7B__typename%7D')).toEqual([200, 404]);
  expect(await (await fetch(`${metricsUrl}/metrics`)).text()).toContain('parley_build_info');

  const upgrade = request('GET /graphql', ['Upgrade: websocket']).replace('close', 'Upgrade');
  expect(await exchange(metricsUrl, upgrade)).not.toContain(' 101 ');
  expect(statusIn(await exchange(metricsUrl, request('POST /metrics')))).toBe(405);
  expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
});

test('clients that use up the requests of an address leave /metrics readable', async () => {
  const limits = { maxOperationsPerSecondPerAddress: 1 };
  const { chat } = await newChatWith({ limits, settings: { METRICS_PORT: '0' } });
  await expect.poll(async () => (await fetch(`${chat.url}/healthz`)).status).toBe(429);
  expect((await fetch(`${chat.metricsUrl}/metrics`)).status).toBe(200);
});

test('a server whose METRICS_PORT is taken says how to choose another', async () => {
  const { port } = new URL((await startServer(await newSettings())).url);
  const second = launchServer({ ...(await newSettings()), METRICS_PORT: port });
  expect(await second.exited).toEqual({ code: 1, signal: null });
  expect(second.stderr()).toContain(`METRICS_PORT=${Number(port) + 1} npm start\n`);
});

test('beside a Unix socket, METRICS_PORT is on this machine', async () => {
  const host = `unix:${await temporaryFolder()}/parley.sock`;
  const settings = { HOST: host, PROXY_HOPS: '1', METRICS_PORT: '0' };
  const server = await startServer({ ...(await newSettings()), ...settings });
  expect(server.url).toBe(host);
  const [, metricsUrl = ''] = PRINTED.exec(server.stdout()) ?? [];
  expect(new URL(metricsUrl).hostname).toBe('127.0.0.1');
  expect((await fetch(`${metricsUrl}/metrics`)).status).toBe(200);
});
