import { spawn, spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { CHAPTERS } from '../bench/chapters/index.ts';
import { CreateAccount } from '../client/core/documents/account.ts';
import { chatServerAt, newClients } from './support/chat.ts';
import { newCluster } from './support/cluster.ts';
import { newCollector, otelFolder } from './support/collector.ts';
import { temporaryFolder } from './support/folder.ts';
import { withClient } from './support/postgres-client.ts';
import { startServer } from './support/process.ts';
import { testClientAt } from './support/test-client.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** The password that the documentation uses for alice. */
const PASSWORD = 'correct-horse';
const read = (path: string) => readFileSync(`${ROOT}${path}`, 'utf8');

/** The code blocks of a document in one of these languages. */
const blocksIn = (document: string, ...languages: string[]): string[] =>
  [...read(document).matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, language = '']) => languages.includes(language))
    .map(([, , block = '']) => block);

/** The shell examples of a document, besides a quoted program, which has a test of its own. */
const examplesIn = (document: string) =>
  blocksIn(document, 'sh', 'bash', 'shell', 'console').filter(
    (block) => block !== read('examples/sse.sh'),
  );

/**
 * Runs an example as printed, with the hosts of this environment instead of those of the
 * documentation. Returns its lines as they come.
 */
function run(
  example: string,
  hosts: Record<string, string>,
  environment: Record<string, string> = {},
) {
  const command = Object.entries(hosts).reduce(
    (text, [printed, actual]) => text.replaceAll(printed, actual),
    example,
  );
  const child = spawn('bash', ['-c', command], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...environment },
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // The group, since the shell may wait for a process that follows a stream.
  onTestFinished(() => {
    if (child.exitCode === null && child.pid) process.kill(-child.pid, 'SIGKILL');
  });
  return createInterface({ input: child.stdout });
}

async function firstLine(lines: AsyncIterable<string>, start = ''): Promise<string> {
  for await (const line of lines) if (line.startsWith(start)) return line;
  throw new Error(`No line began with ${JSON.stringify(start)}.`);
}

async function newServer() {
  return (await startServer({ DATABASE_URL: 'file::memory:' })).url;
}

/**
 * `npm ci` would remove the packages that this test runs with, so CI runs it, with `npm test`. The
 * tests of docs/operations.md here run `npm start`.
 */
const RUN_BY_CI = ['npm ci && npm start', 'npm ci && npm test'];
const RUN_BELOW = ['README.md', 'docs/clients.md', 'docs/operations.md', 'docs/upgrade.md'];
/**
 * Their lines start the whole test suite, take an hour, or change this folder. So a test only looks
 * at what they name. test/client/core/package.test.ts packs the client and installs it elsewhere.
 */
const CHECKED_BELOW = ['CONTRIBUTING.md', 'client/core/README.md', 'docs/benchmarks.md'];
/** test/client/cli/manual.test.ts runs its lines, and package.test.ts packs the client. */
const RUN_ELSEWHERE = ['docs/command-line.md'];
const documents = globSync(['*.md', 'docs/*.md', 'client/*/*.md'], { cwd: ROOT }).map((path) =>
  path.replaceAll('\\', '/'),
);

test('the README begins with the lines that CI runs', () => {
  const [first = ''] = examplesIn('README.md');
  const lines = first.trim().split('\n');
  expect(lines.map((line) => line.replace(/ +#.*/, ''))).toEqual(RUN_BY_CI);
});

test('documents besides those whose shell lines are tested have none', () => {
  const printing = documents.filter((document) => examplesIn(document).length > 0);
  expect(printing.sort()).toEqual([...RUN_BELOW, ...RUN_ELSEWHERE, ...CHECKED_BELOW].sort());
});

test('docs/benchmarks.md names chapters of the benchmark that exist', () => {
  const lines = examplesIn('docs/benchmarks.md').flatMap((example) => example.trim().split('\n'));
  const commands = lines.map((line) => line.replace(/ +#.*/, ''));
  expect(commands.filter((command) => !/^npm run bench( --|$)/.test(command))).toEqual([]);
  const words = commands.flatMap((command) => command.split(' ').slice(3));
  const chapters = words.filter((word) => !word.startsWith('--') && word !== '');
  expect(CHAPTERS.map(({ name }) => name)).toEqual(expect.arrayContaining(chapters));
});

test('CONTRIBUTING.md names parts of the test suite that exist', () => {
  const lines = examplesIn('CONTRIBUTING.md').flatMap((example) => example.trim().split('\n'));
  const commands = lines.map((line) => line.replace(/ +#.*/, ''));
  const parts = commands.filter((command) => command.startsWith('npx vitest run '));
  const others = commands.filter((command) => !/^npx vitest run |^npm run \w+$/.test(command));
  expect(others.filter((command) => !RUN_BY_CI.includes(command))).toEqual([]);
  expect(parts.length).toBeGreaterThan(1);
  for (const part of parts) {
    const list = `${part.replace(' run ', ' list ')} --filesOnly`;
    expect([part, spawnSync('bash', ['-c', list], { cwd: ROOT }).stdout.toString()]).toEqual([
      part,
      expect.stringContaining('.test.ts'),
    ]);
  }
});

test.for([
  ['client/core/README.md', 'client/core'],
  ['docs/operations.md', 'deploy/package'],
])('%s installs the file that npm pack writes in %s', ([document = '', folder = '']) => {
  const { name, version } = JSON.parse(read(`${folder}/package.json`));
  const file = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
  const [install = '', ...others] = examplesIn(document).filter((text) => text.includes('.tgz'));
  expect(others).toEqual([]);
  expect(install).toContain(folder);
  expect(install.match(/[\w.-]+\.tgz/g)).toEqual([file, file]);
});

test('documents name only scripts of package.json', () => {
  const { scripts } = JSON.parse(read('package.json'));
  const named = documents.flatMap((document) =>
    [...read(document).matchAll(/\bnpm run (?:-s )?(\w+)/g)].map(([, name = '']) => name),
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

const hasCurl = spawnSync('curl', ['--version']).status === 0;

test.skipIf(!hasCurl)(
  'the curl examples create an account, log in twice, follow and send as printed',
  async () => {
    const [create = '', login = '', follow = '', send = '', ...others] =
      examplesIn('docs/clients.md');
    expect(others).toEqual([]);
    const hosts = { 'localhost:4000': new URL(await newServer()).host };
    const answer = async (example: string, environment = {}) =>
      JSON.parse(await firstLine(run(example, hosts, environment))).data;
    expect(await answer(create)).toEqual({
      createAccount: { account: { id: expect.any(String) } },
    });
    let token = '';
    for (const _time of ['first', 'second']) {
      const { login: result } = await answer(login);
      expect(result).toMatchObject({ mailbox: { pendingCount: 0 } });
      token = result.token;
    }
    expect(await answer(send, { TOKEN: token })).toEqual({
      sendMessage: { sentMessage: { id: expect.any(String) } },
    });
    const line = await firstLine(run(follow, hosts, { TOKEN: token }), 'data: {');
    expect(JSON.parse(line.slice('data: '.length)).data.messageReceived).toEqual({
      position: 1,
      senderUsername: 'alice',
      text: 'Hello!',
    });
  },
);

test("the README's pipe into the command line sends a message as printed", async () => {
  const [, pipe = ''] = examplesIn('README.md');
  const url = await newServer();
  for (const username of ['alice', 'bob'])
    await testClientAt(url).ask(CreateAccount, { input: { username, password: PASSWORD } });
  const lines = run(pipe, {}, { PARLEY_URL: url, HOME: await temporaryFolder() });
  const events: { type: string }[] = [];
  for await (const line of lines) events.push(JSON.parse(line));
  expect(events).toContainEqual(expect.objectContaining({ event: 'sent', to: 'bob' }));
});

const LISTENS = 'Parley listens on ';

/** Sets up a PostgreSQL as printed. */
async function newPostgres() {
  const cluster = await newCluster();
  onTestFinished(cluster.remove);
  const [setUp = '', ...others] = blocksIn('docs/operations.md', 'sql');
  expect(others).toEqual([]);
  // One at a time: PostgreSQL creates no database together with other statements.
  for (const statement of setUp.trim().split('\n'))
    await withClient(cluster.url, (client) => client.query(statement));
  return cluster;
}

test('servers started as printed on an empty PostgreSQL are one chat', async () => {
  const cluster = await newPostgres();
  // test/deploy/package.test.ts installs the package.
  const [_package, onOneMachine = '', _move, _traced, ...otherLines] =
    examplesIn('docs/operations.md');
  const [_byCI, _pipe, onAnother = '', ...others] = examplesIn('README.md');
  expect([otherLines, others]).toEqual([[], []]);

  const start = async (example: string) => {
    const hosts = { 'db.example': new URL(cluster.url).host };
    const lines = run(example, hosts, { PORT: '0', LOG_LEVEL: 'warn' });
    const { port } = new URL((await firstLine(lines, LISTENS)).slice(LISTENS.length));
    return chatServerAt(`http://127.0.0.1:${port}`);
  };
  const { alice } = await newClients(await start(onOneMachine), ['alice']);
  const { bob } = await newClients(await start(onAnother), ['bob']);
  const reading = alice.read();
  expect(await bob.send('alice', 'Hello!')).toMatchObject({ sent: true });
  expect(await reading.shown(1)).toMatchObject([{ senderUsername: 'bob', text: 'Hello!' }]);
});

test('a chat moved to PostgreSQL as printed is served there', async () => {
  const DATABASE_URL = `file:${await temporaryFolder()}/parley.db`;
  const server = await startServer({ DATABASE_URL });
  await chatServerAt(server.url).create('alice');
  await server.end('SIGTERM');
  const [_package, _onOneMachine, move = ''] = examplesIn('docs/operations.md');
  const hosts = {
    'file:./data/parley.db': DATABASE_URL,
    'db.example': new URL((await newPostgres()).url).host,
  };
  const line = await firstLine(run(move, hosts, { PORT: '0', LOG_LEVEL: 'warn' }), LISTENS);
  const alice = await chatServerAt(line.slice(LISTENS.length)).login('alice');
  expect(alice.username).toBe('alice');
});

test('a copy made as docs/upgrade.md says is served as it says', async () => {
  const [backUp = '', start = '', goBack = '', ...others] = examplesIn('docs/upgrade.md');
  expect(others).toEqual([]);
  expect(RUN_BY_CI).toContain(start.trim());
  const folder = await temporaryFolder();
  const DATABASE_URL = `file:${folder}/parley.db`;
  const { url } = await startServer({ DATABASE_URL });
  await newClients(chatServerAt(url), ['alice']);
  const here = { 'before-upgrade.db': `${folder}/before-upgrade.db` };
  expect(await firstLine(run(backUp, here, { DATABASE_URL }), 'Copied ')).toContain(folder);
  const line = await firstLine(run(goBack, here, { PORT: '0', LOG_LEVEL: 'warn' }), LISTENS);
  const alice = await chatServerAt(line.slice(LISTENS.length)).login('alice');
  expect(alice.username).toBe('alice');
});

test('a server started with OpenTelemetry as printed exports its spans', async () => {
  const [_package, _onOneMachine, _move, traced = ''] = examplesIn('docs/operations.md');
  const collector = await newCollector();
  const hosts = {
    '/etc/parley': await otelFolder(),
    'collector.example:4318': collector.host,
  };
  const settings = { PORT: '0', DATABASE_URL: 'file::memory:', LOG_LEVEL: 'warn' };
  const line = await firstLine(run(traced, hosts, settings), LISTENS);
  await chatServerAt(line.slice(LISTENS.length)).create('alice');
  expect(await collector.received('mutation createAccount')).toMatchObject({ kind: 2 });
});

test('docs/operations.md installs the packages of OpenTelemetry that are tested', () => {
  const install = blocksIn('docs/operations.md', 'text').join();
  const packages = [...install.matchAll(/(@opentelemetry\/[\w-]+)@([\d.]+)/g)];
  expect(packages.length).toBeGreaterThan(1);
  for (const [, name, version = ''] of packages) {
    expect(JSON.parse(read(`node_modules/${name}/package.json`)).version).toMatch(
      new RegExp(`^${RegExp.escape(version)}\\.`),
    );
  }
});
