import { once } from 'node:events';
import { stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { temporaryFolder } from '../support/folder.ts';
import { launchServer, startServer } from '../support/process.ts';

/** The settings of a server that listens on a Unix socket, and the path of that. */
async function newPath() {
  const path = join(await temporaryFolder(), 'parley.sock');
  const settings = { DATABASE_URL: 'file::memory:', HOST: `unix:${path}`, PROXY_HOPS: '1' };
  return { path, settings };
}

/** Gets a text through a Unix socket. */
async function get(socketPath: string, path: string): Promise<string> {
  const asked = request({ socketPath, path }).end();
  const [answer] = await once(asked, 'response');
  return text(answer);
}

/** Opens a WebSocket for a client at this address. Resolves with the status of the answer. */
function upgrade(path: string, address: string): Promise<number> {
  const headers = { 'x-forwarded-for': address };
  const socket = new WebSocket(`ws+unix:${path}:/graphql`, 'graphql-transport-ws', { headers });
  onTestFinished(() => socket.terminate());
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve(101)).on('error', reject);
    socket.on('unexpected-response', (_request, { statusCode = 0 }) => resolve(statusCode));
  });
}

test('a server on a Unix socket counts clients by the addresses of its proxy', async () => {
  const { path, settings } = await newPath();
  const server = await startServer({ ...settings, MAX_SOCKETS_PER_ADDRESS: '1' });
  expect(server.url).toBe(`unix:${path}`);
  expect(await get(path, '/readyz')).toBe('ready\n');
  expect(await get(path, '/graphql?query=%7B__typename%7D')).toContain('"Query"');
  expect((await stat(path)).mode & 0o777).toBe(0o660);
  expect(await upgrade(path, '192.0.2.1')).toBe(101);
  expect(await upgrade(path, '192.0.2.2')).toBe(101);
  expect(await upgrade(path, '192.0.2.1')).toBe(429);
  expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
  await expect(stat(path)).rejects.toThrow('ENOENT');
});

test('a start replaces the socket of a killed server, but not that of a running one', async () => {
  const { path, settings } = await newPath();
  const killed = await startServer(settings);
  await killed.end('SIGKILL');
  expect((await stat(path)).isSocket()).toBe(true);
  await startServer({ ...settings, SOCKET_MODE: '600' });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const second = launchServer(settings);
  expect(await second.exited).toEqual({ code: 1, signal: null });
  expect(second.stderr()).toContain(`${path} is in use.`);
  expect(await get(path, '/healthz')).toBe('alive\n');
});

test('a start replaces no other file at the path of its socket', async () => {
  const { path, settings } = await newPath();
  await writeFile(path, 'a note');
  const server = launchServer(settings);
  expect(await server.exited).toEqual({ code: 1, signal: null });
  expect((await stat(path)).size).toBe('a note'.length);
});

test.each([
  [{ HOST: 'unix:' }, 'HOST must be unix:/PATH'],
  [{ HOST: 'unix:parley.sock', PROXY_HOPS: '1' }, 'HOST must be unix:/PATH'],
  [{ HOST: 'unix:/run/parley.sock' }, 'PROXY_HOPS is 0'],
  [{ SOCKET_MODE: '888' }, 'SOCKET_MODE must be three octal digits'],
])('%o stops the start', async (settings, words) => {
  const server = launchServer({ ...settings, DATABASE_URL: 'file::memory:' });
  expect(await server.exited).toEqual({ code: 1, signal: null });
  expect(server.stderr()).toContain(words);
});
