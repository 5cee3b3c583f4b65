import { spawn, spawnSync } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { chatServerAt, newClients } from '../support/chat.ts';
import { newDatabase } from '../support/database.ts';
import { expectNothingLost, type FleetServer, startFleet } from '../support/fleet.ts';
import { temporaryFolder } from '../support/folder.ts';
import { freePort } from '../support/port.ts';
import { startServer } from '../support/process.ts';
import { exchange, request, statusIn } from '../support/raw.ts';
import { seededRandom } from '../support/seeded-random.ts';

const DEPLOY = fileURLToPath(new URL('../../deploy/', import.meta.url));

/** A proxy that deploy/ has a configuration for. */
interface Proxy {
  readonly name: string;
  /** Its configuration, in deploy/. */
  readonly file: string;
  /** What the configuration listens on, and the same for a port of this machine. */
  readonly listens: readonly [string, (port: number) => string];
  /** Wraps the configuration as an installation does. */
  readonly wrap: (configuration: string) => string;
  /** Changes a configuration by the lines of docs/operations.md, so that it serves a path. */
  readonly atPath: (configuration: string, lines: readonly string[]) => string;
  /** Runs it in the foreground. */
  readonly command: (file: string, folder: string) => readonly string[];
}

const PROXIES: readonly Proxy[] = [
  {
    name: 'nginx',
    file: 'nginx.conf',
    listens: ['listen 80;', (port) => `listen 127.0.0.1:${port};`],
    wrap: (configuration) => `events {}\nhttp {\naccess_log off;\n${configuration}\n}`,
    atPath: (configuration, [location = '', pass = '', metrics = '']) =>
      configuration
        .replace(/^ *location \/ {$/m, location)
        .replace(/^ *proxy_pass .*$/m, pass)
        .replace(/^ *location = \/metrics.*$/m, metrics),
    command: (file, folder) => [
      ...['nginx', '-p', folder, '-c', file, '-e', 'stderr'],
      ...['-g', `daemon off; pid ${join(folder, 'pid')};`],
    ],
  },
  {
    name: 'haproxy',
    file: 'haproxy.cfg',
    listens: ['bind :80', (port) => `bind 127.0.0.1:${port}`],
    wrap: (configuration) => configuration,
    atPath: (configuration, lines) =>
      configuration.replace(/^ *http-request deny/m, (first) => `${lines.join('\n')}\n${first}`),
    command: (file) => ['haproxy', '-db', '-f', file],
  },
  {
    name: 'caddy',
    file: 'Caddyfile',
    listens: ['chat.example {', (port) => `http://127.0.0.1:${port} {`],
    wrap: (configuration) => `{\n\tadmin off\n}\n${configuration}`,
    atPath: (configuration, [redirect, open, close]) =>
      configuration.replace(/(?<=^chat.example {\n).*(?=^})/ms, (site) =>
        [redirect, open, site, close, ''].join('\n'),
      ),
    command: (file) => ['caddy', 'run', '--adapter', 'caddyfile', '--config', file],
  },
];

/** Debian installs servers where a user's PATH may not look. */
const ENVIRONMENT = { PATH: `${process.env.PATH}:/usr/sbin`, HOME: '/nonexistent' };

const isInstalled = ({ name }: Proxy): boolean =>
  spawnSync('sh', ['-c', `command -v ${name}`], { env: ENVIRONMENT }).status === 0;

/** The lines of docs/operations.md that put Parley at a path. */
const pathLines = async ({ name }: Proxy) => (await blocksFor(name))[0]?.split('\n') ?? [];

/** The blocks of docs/operations.md for a proxy: for a path, and for a Unix socket. */
async function blocksFor(name: string): Promise<string[]> {
  const manual = await readFile(join(DEPLOY, '../docs/operations.md'), 'utf8');
  const blocks = manual.matchAll(new RegExp(`^\`\`\`${name}\\n(.*?)\\n\`\`\`$`, 'gms'));
  return [...blocks].map(([, lines = '']) => lines);
}

/** Its configuration as printed, but for the addresses, and for the path if there is one. */
async function configure(
  proxy: Proxy,
  port: number,
  servers: readonly FleetServer[],
  path: string,
) {
  const file = await readFile(join(DEPLOY, proxy.file), 'utf8');
  const printed = path === '' ? file : proxy.atPath(file, await pathLines(proxy));
  const [listens, here] = proxy.listens;
  const addresses = [
    [listens, here(port)] as const,
    ...servers.map(({ url }, index) => [`10.0.0.${index + 1}:4000`, new URL(url).host] as const),
  ];
  return addresses.reduce((text, [address, other]) => {
    expect(text).toContain(address);
    return text.replaceAll(address, other);
  }, printed);
}

/** Starts a proxy in front of the servers. Returns its URL, with the path. */
async function start(proxy: Proxy, servers: readonly FleetServer[], path = ''): Promise<string> {
  const folder = await temporaryFolder();
  const port = await freePort();
  const file = join(folder, proxy.file);
  await writeFile(file, proxy.wrap(await configure(proxy, port, servers, path)));
  const [command = '', ...parameters] = proxy.command(file, folder);
  const child = spawn(command, parameters, { env: ENVIRONMENT, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGTERM'));
  const url = `http://127.0.0.1:${port}${path}`;
  await expect.poll(() => statusOf(`${url}/readyz`)).toBe(200);
  return url;
}

/** The status of an answer, or undefined if nobody listens. */
const statusOf = (url: string) =>
  fetch(url).then(
    ({ status }) => status,
    () => undefined,
  );

/** What a page of this origin is answered: it is refused if the proxy hides the host. */
async function allowedOrigin(url: string): Promise<string | null> {
  const { origin } = new URL(url);
  const body = JSON.stringify({ query: '{ server { version } }' });
  const headers = { origin, 'content-type': 'application/json' };
  const answer = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
  return answer.headers.get('access-control-allow-origin');
}

/** Targets that some server or proxy takes for /metrics. */
const LIKE_METRICS = [
  ...[
    '/metrics',
    '/metrics?',
    '/metrics?x=/',
    '/metrics#',
    '/metrics#x',
    '/metrics;x',
    '/metrics/',
  ],
  ...['//metrics', '/./metrics', '/x/../metrics', '/x/%2e%2e/metrics', '/metrics/.', '/metrics%20'],
  ...['/%6detrics', '/%2fmetrics', '/metrics%00', '/metrics%3f', '/metrics%23', '/METRICS'],
  ...['http://127.0.0.1/metrics', 'HTTP://127.0.0.1/metrics', 'http://127.0.0.1/metrics#x'],
];

for (const proxy of PROXIES) {
  test.runIf(isInstalled(proxy))(`${proxy.name} publishes /metrics in no spelling`, async () => {
    const [server] = await startFleet([await newDatabase()], { PROXY_HOPS: '1' });
    if (!server) throw new Error('No server.');
    const url = await start(proxy, [server, server]);
    expect(await statusOf(`${server.url}/metrics`)).toBe(200);
    expect(await statusOf(`${url}/metrics`)).toBe(404);
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST'])
      for (const target of LIKE_METRICS) {
        const answer = await exchange(url, request(`${method} ${target}`));
        const isRefused = /^HTTP\/1\.1 [34]/.test(answer) && statusIn(answer) !== 405;
        expect([method, target, isRefused]).toEqual([method, target, true]);
      }
  });

  // None comes with npm.
  test.runIf(isInstalled(proxy))(
    `nothing is lost through ${proxy.name} while two servers restart in turn`,
    { timeout: 180_000 },
    async () => {
      const database = await newDatabase();
      const servers = await startFleet([database, database], { PROXY_HOPS: '1' });
      const url = await start(proxy, servers);
      expect(await statusOf(`${url}/metrics`)).toBe(404);
      expect(await allowedOrigin(url)).toBe(url);

      // To clients, the proxy is each of the servers.
      const seen = servers.map((server) => ({ ...server, url, up: async () => url }));
      await expectNothingLost(seen, seededRandom(), async (load) => {
        for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
          for (const server of servers) {
            await load.waitForMore(50);
            await server.restart(signal);
          }
        }
      });
    },
  );

  test.runIf(isInstalled(proxy))(`${proxy.name} puts two servers at a path`, async () => {
    const database = await newDatabase();
    const servers = await startFleet([database, database], { PROXY_HOPS: '1' });
    const url = await start(proxy, servers, '/chat');
    const { origin } = new URL(url);
    expect((await fetch(url)).url).toBe(`${url}/`);
    expect(await statusOf(`${url}/schema.graphql`)).toBe(200);
    expect(await statusOf(`${url}/metrics`)).toBe(404);
    expect(await (await fetch(`${origin}/readyz`)).text()).not.toContain('ready');
    expect(await allowedOrigin(url)).toBe(origin);
    const seen = servers.map((server) => ({ ...server, url, up: async () => url }));
    await expectNothingLost(seen, seededRandom(), async () => {});
  });
}

const [nginx] = PROXIES as [Proxy];

test.runIf(isInstalled(nginx))('nginx reaches a server on a Unix socket', async () => {
  const folder = await temporaryFolder();
  // The processes of nginx belong to another user.
  await chmod(folder, 0o755);
  const socket = join(folder, 'parley.sock');
  const DATABASE_URL = await newDatabase();
  const settings = { DATABASE_URL, HOST: `unix:${socket}`, PROXY_HOPS: '1', SOCKET_MODE: '666' };
  await startServer(settings);
  const [, line = ''] = await blocksFor('nginx');
  const wrap = (configuration: string) =>
    nginx
      .wrap(configuration.replace(/(?: *server 10.*\n)+/, `${line}\n`))
      .replace('/run/parley/parley.sock', socket);
  const url = await start({ ...nginx, wrap }, []);
  const { alice, bob } = await newClients(chatServerAt(url), ['alice', 'bob']);
  const reading = alice.read();
  await bob.send('alice', 'Hello');
  expect(await reading.shown(1)).toMatchObject([{ text: 'Hello' }]);
});
