import { expect, test } from 'vitest';
import { overHttp } from '../support/ask.ts';
import { newDatabase } from '../support/database.ts';
import { freePort } from '../support/port.ts';
import { launchServer, metricsOf, startServer } from '../support/process.ts';

/** A server whose stdout and stderr lead elsewhere. */
async function serverWith(redirections: string) {
  const port = String(await freePort());
  const settings = { DATABASE_URL: await newDatabase(), PORT: port, LOG_LEVEL: 'info' };
  const server = launchServer(settings, ['bash', '-c', `exec "$@" ${redirections}`, 'bash']);
  const url = `http://127.0.0.1:${port}`;
  const isAlive = () =>
    fetch(`${url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await expect.poll(isAlive).toBe(true);
  return {
    ...server,
    /** Asks for something, which makes a line in the log. */
    ask: () => overHttp({ url, query: '{ accounts { edges { cursor } } }' }),
    dropped: async () => (await metricsOf(url))('parley_log_lines_dropped_total'),
  };
}

const ANSWER = { data: { accounts: { edges: [] } } };

test.for([
  ['full disks', '>/dev/full 2>/dev/full'],
  ['pipes without readers', '> >(exec true) 2> >(exec true)'],
] as const)(
  'lines for %s are dropped and counted, and change no answer',
  async ([, redirections]) => {
    const server = await serverWith(redirections);
    await expect
      .poll(async () => {
        expect(await server.ask()).toEqual(ANSWER);
        return server.dropped();
      })
      .toBeGreaterThan(0);
    expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
  },
);

test('a server without stdout and stderr serves', async () => {
  const server = await serverWith('>&- 2>&-');
  expect(await server.ask()).toEqual(ANSWER);
  expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
});

test('a pipe without a reader does not block the server', async () => {
  // tail reads nothing, and ends with the server.
  const server = await serverWith('2> >(exec tail -f /dev/null --pid=$$)');
  // A pipe takes 64 KiB; a line is longer than 100 bytes.
  for (let round = 0; round < 14; round += 1) {
    const answers = await Promise.all(Array.from({ length: 50 }, server.ask));
    expect(answers).toEqual(answers.map(() => ANSWER));
  }
  expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
});

/** Runs JavaScript within the server at SIGUSR2, where nothing catches what it throws. */
const onSignal = (work: string) => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(`process.on('SIGUSR2', () => { ${work} })`)}`,
});

test.for([
  ['an exception', "throw new Error('unexpected')"],
  ['a rejection', "Promise.reject(new Error('unexpected'))"],
] as const)(
  '%s that nothing catches is logged, and the server stops in order',
  async ([, work]) => {
    const server = await startServer({
      DATABASE_URL: await newDatabase(),
      LOG_LEVEL: 'info',
      ...onSignal(work),
    });
    process.kill(server.pid, 'SIGUSR2');
    expect(await server.exited).toEqual({ code: 1, signal: null });
    expect(server.stderr()).toContain('unexpected');
    expect(server.stderr()).toContain('"stopping"');
  },
);
