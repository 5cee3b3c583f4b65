import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { chatServerAt, newClients } from '../support/chat.ts';
import { newDatabase, query } from '../support/database.ts';
import { temporaryFolder } from '../support/folder.ts';
import { launchServer, metricsOf, startServer } from '../support/process.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
const PACKAGE = join(ROOT, 'deploy/package');
const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

/** Where the packed server is installed, as `npm install --global` does it. */
let prefix = '';
const folder = () => join(prefix, 'lib/node_modules/@parley/server');
const command = (name: string) => join(prefix, 'bin', name);

beforeAll(async () => {
  prefix = await mkdtemp(join(tmpdir(), 'parley-'));
  const npm = (...words: string[]) => run('npm', [...words, '--silent'], { cwd: PACKAGE });
  const { stdout } = await npm('pack', '--pack-destination', prefix);
  const tarball = join(prefix, stdout.trim().split('\n').at(-1) ?? '');
  // Everything is in the package: neither a registry nor what npm has kept is needed.
  const options = ['--offline', '--cache', join(prefix, 'cache'), '--no-audit', '--no-fund'];
  await npm('install', '--global', '--prefix', prefix, tarball, ...options);
});
afterAll(() => rm(prefix, { recursive: true, force: true }));

test('the packed server serves the API, the page and GraphiQL until SIGTERM', async () => {
  const databaseUrl = await newDatabase();
  const server = await startServer(
    { DATABASE_URL: databaseUrl, LOG_LEVEL: 'info' },
    [],
    [command('parley-server')],
  );
  const page = async (path: string) => {
    const response = await fetch(`${server.url}${path}`, { headers: { accept: 'text/html' } });
    expect([path, response.status]).toEqual([path, 200]);
    return response.text();
  };
  const [, script = ''] =
    /<script type="module"[^>]* src="\.(\/assets\/[^"]+)"/.exec(await page('/')) ?? [];
  expect(await page(script)).toContain('createElement');
  const [, tour = ''] =
    /<script type="module" src="\.(\/graphiql\/[^"]+)"/.exec(await page('/graphql')) ?? [];
  expect(await page(tour)).toContain('import');
  expect(await page('/schema.graphql')).toContain('type Mutation');
  expect(await page('/readyz')).toBeDefined();
  const { version } = json(join(ROOT, 'package.json'));
  expect((await metricsOf(server.url))(`parley_build_info{version="${version}"}`)).toBe(1);
  expect(server.stdout()).toContain(`  Start a client   parley --url ${server.url}\n`);
  expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
});

test('parley-admin works beside a running server', async () => {
  const env = { ...process.env, DATABASE_URL: await newDatabase() };
  const server = await startServer({ DATABASE_URL: env.DATABASE_URL });
  await chatServerAt(server.url).create('alice');
  const admin = (...words: string[]) => run(command('parley-admin'), words, { env });
  const { stdout } = await admin('accounts', 'list', '--json');
  expect(JSON.parse(stdout)).toMatchObject([{ username: 'alice', disabled: false }]);
  await admin('accounts', 'disable', 'alice');
  expect(JSON.parse((await admin('audit', '--json')).stdout)).toMatchObject([
    { verb: 'accounts disable', subject: 'alice' },
  ]);
  await expect(admin()).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Usage: parley-admin VERB'),
  });
});

test('parley-server names itself when its port is taken', async () => {
  const first = await startServer({ DATABASE_URL: await newDatabase() });
  const { port } = new URL(first.url);
  const settings = { DATABASE_URL: await newDatabase(), PORT: port };
  const second = launchServer(settings, [], [command('parley-server')]);
  expect(await second.exited).toEqual({ code: 1, signal: null });
  expect(second.stderr()).toContain(`PORT=${Number(port) + 1} parley-server\n`);
});

test('parley-admin copy moves a chat to another database', async () => {
  const [from, to] = [await newDatabase(), await newDatabase()];
  const server = await startServer({ DATABASE_URL: from });
  const { alice } = await newClients(chatServerAt(server.url), ['alice', 'bob']);
  await alice.send('bob', 'before the move');
  await server.end('SIGTERM');
  const words = ['copy', '--from', from, '--to', to, '--json'];
  const counts = JSON.parse((await run(command('parley-admin'), words)).stdout);
  expect(counts).toContainEqual({ table: 'message', rows: 1 });
  expect(await query(to, 'select text from message')).toEqual([{ text: 'before the move' }]);
});

test('parley-backup copies SQLite, and names the tools of PostgreSQL', async () => {
  const env = { ...process.env, DATABASE_URL: await newDatabase() };
  const server = await startServer({ DATABASE_URL: env.DATABASE_URL });
  await chatServerAt(server.url).create('alice');
  const copy = join(await temporaryFolder(), 'copy.db');
  const backup = (...words: string[]) => run(command('parley-backup'), words, { env });
  if (inject('engine') === 'postgres')
    return expect(backup(copy)).rejects.toMatchObject({
      stderr: expect.stringContaining("PostgreSQL's own tools"),
    });
  await backup(copy);
  expect(await query(`file:${copy}`, 'select username from account')).toEqual([
    { username: 'alice' },
  ]);
  await expect(backup()).rejects.toMatchObject({ stderr: 'Usage: parley-backup FILE\n' });
});

test('every command says which Node it needs', async () => {
  const { bin, version } = json(join(PACKAGE, 'package.json'));
  expect(version).toBe(json(join(ROOT, 'package.json')).version);
  const old = `Object.defineProperty(process.versions, 'node', { value: '22.17.0' })`;
  const env = {
    ...process.env,
    NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(old)}"`,
  };
  for (const name of Object.keys(bin)) {
    await expect(run(command(name), { env })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Parley needs Node\.js 24 or newer/),
    });
  }
});

test('the files that the systemd unit names are installed', () => {
  const unit = readFileSync(join(folder(), 'dist/deploy/parley.service'), 'utf8');
  const named = [...unit.matchAll(/\/opt\/parley(\/\S+)/g)].map(([, path = '']) => path);
  expect(named).toContain('/bin/parley-server');
  expect(named.filter((path) => !existsSync(join(prefix, path)))).toEqual([]);
});

test('the package has what it imports, in the versions of the repository', () => {
  const { dependencies } = json(join(PACKAGE, 'package.json'));
  expect(json(join(ROOT, 'package.json')).dependencies).toMatchObject(dependencies);
  const files = globSync('dist/{server,schema}/**/*.js', { cwd: folder() });
  const imported = files.flatMap((path) => importedBy(join(folder(), path)));
  expect([...new Set(imported)].toSorted()).toEqual(Object.keys(dependencies).toSorted());

  const { packages } = json(join(ROOT, 'package-lock.json'));
  const installed = globSync('node_modules/{*,@*/*}/package.json', { cwd: folder() });
  expect(installed.length).toBeGreaterThan(Object.keys(dependencies).length);
  const versions = installed.map((path) => [dirname(path), json(join(folder(), path)).version]);
  expect(versions).toEqual(versions.map(([path]) => [path, packages[path]?.version]));
});

/** The packages that a file of JavaScript imports. */
function importedBy(path: string): string[] {
  const specifiers = readFileSync(path, 'utf8').matchAll(/(?:from |import\()'([^.'][^':]*)'/g);
  return [...specifiers].map(([, specifier = '']) =>
    specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/'),
  );
}
