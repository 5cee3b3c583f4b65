import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, readFile } from 'node:fs/promises';
import { delimiter, dirname, join, matchesGlob, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { freePort } from '../support/port.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

const read = (name: string) => readFile(join(ROOT, 'deploy', name), 'utf8');

/** The arguments of an instruction, for each time that it occurs. */
const instructions = (dockerfile: string, name: string): string[] =>
  [...dockerfile.replaceAll('\\\n', ' ').matchAll(new RegExp(`^${name} (.*)$`, 'gm'))].map(
    ([, parameters = '']) => parameters,
  );

/** What the build would get: this project, without what the ignore file names. */
async function copyContext(folder: string): Promise<void> {
  const ignored = (await read('Dockerfile.dockerignore')).trim().split('\n');
  const isKept = (path: string) =>
    !ignored.some((pattern) => matchesGlob(relative(ROOT, path), pattern));
  await cp(ROOT, folder, { recursive: true, filter: isKept });
}

/** Another user than the one who owns the program, as in the container. Only root can become one. */
const USER = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/**
 * No builder comes with npm, and no base image can be had without its registry. So this runs the
 * steps of the Dockerfile by hand, in an empty folder.
 */
test('the steps of the Dockerfile end in a server that is ready', {
  timeout: 300_000,
}, async () => {
  const dockerfile = await read('Dockerfile');
  const folder = await temporaryFolder();
  const [source, program, data] = [
    join(folder, 'source'),
    join(folder, 'program'),
    join(folder, 'data'),
  ];
  await copyContext(source);
  await mkdir(data);
  await chmod(folder, 0o755);
  if (USER.uid) await chown(data, USER.uid, USER.gid);

  const [build = ''] = instructions(dockerfile, 'RUN');
  const npm = { ...process.env, npm_config_prefer_offline: 'true', npm_config_audit: 'false' };
  await run('sh', ['-c', build.replace('/program', program)], { cwd: source, env: npm });

  const variables = instructions(dockerfile, 'ENV')
    .flatMap((line) => line.split(' '))
    .map((pair) => pair.split(/=(.*)/s).slice(0, 2));
  const env: Record<string, string> = Object.fromEntries(variables);
  expect(env.DATABASE_URL).toContain('/data/');
  Object.assign(env, {
    // The image has Node, and the commands beside it.
    PATH: [join(program, 'bin'), dirname(process.execPath), process.env.PATH].join(delimiter),
    DATABASE_URL: env.DATABASE_URL?.replace('/data/', `${data}/`),
    PORT: String(await freePort()),
  });
  const [start = ''] = instructions(dockerfile, 'CMD');
  const [command = '', ...parameters] = JSON.parse(start) as string[];
  const server = spawn(command, parameters, {
    ...{ cwd: '/', env, ...USER },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void server.kill('SIGKILL'));
  for await (const line of createInterface(server.stdout)) if (/listens on/.test(line)) break;

  const [check = ''] = instructions(dockerfile, 'HEALTHCHECK');
  const isHealthy = () =>
    run('sh', ['-c', check.replace(/^.*?CMD /, '')], { env }).then(
      () => true,
      () => false,
    );
  expect(await isHealthy()).toBe(true);

  const [, administer = ''] = /^# {3}docker exec parley (parley-admin .*)$/m.exec(dockerfile) ?? [];
  const admin = await run('sh', ['-c', `${administer} --json`], { cwd: '/', env, ...USER });
  expect(JSON.parse(admin.stdout)).toEqual([]);
  server.kill('SIGTERM');
  expect(await once(server, 'exit')).toEqual([0, null]);
  expect(await isHealthy()).toBe(false);
});
