import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A session that outlives the process that began it. */
export interface SavedSession {
  readonly username: string;
  readonly token: string;
}

/**
 * The sessions that this user of this machine has at one server: one file each, for nobody else to
 * read.
 */
export interface TokenFiles {
  /** Keeps a session as used by this process. */
  save(session: SavedSession): void;
  /** Marks a session as the one to continue next. */
  touch(session: SavedSession): void;
  remove(session: SavedSession): void;
  /** The session that was used last, of this account or of any, and whose process is gone. */
  lastUnused(username?: string): SavedSession | undefined;
}

/** A file holds this: a process that is alive keeps others from taking its session. */
type Content = SavedSession & { readonly pid: number };

export function tokenFiles(url: string, env: NodeJS.ProcessEnv): TokenFiles {
  const folder = join(configFolder(env), 'parley', new URL(url).host.replaceAll(/[^\w.-]/g, '_'));
  const pathOf = (username: string): string => join(folder, `${encodeURIComponent(username)}.json`);
  const holds = ({ username, token }: SavedSession): boolean =>
    read(pathOf(username))?.token === token;

  return {
    save({ username, token }) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      // Written aside and moved, so that a crash leaves the old file or the new one.
      const aside = `${pathOf(username)}.${process.pid}`;
      writeFileSync(
        aside,
        JSON.stringify({ username, token, pid: process.pid } satisfies Content),
        { mode: 0o600 },
      );
      renameSync(aside, pathOf(username));
    },
    touch(session) {
      if (holds(session)) utimesSync(pathOf(session.username), new Date(), new Date());
    },
    remove(session) {
      if (holds(session)) rmSync(pathOf(session.username));
    },
    lastUnused(username) {
      return newestFirst(folder)
        .map(read)
        .find(
          (saved) =>
            saved && (username ?? saved.username) === saved.username && !isAlive(saved.pid),
        );
    },
  };
}

function configFolder(env: NodeJS.ProcessEnv): string {
  if (process.platform === 'win32' && env.APPDATA) return env.APPDATA;
  return env.XDG_CONFIG_HOME || join(homedir(), '.config');
}

function newestFirst(folder: string): string[] {
  try {
    const paths = readdirSync(folder).map((name) => join(folder, name));
    const used = new Map(paths.map((path) => [path, statSync(path).mtimeMs]));
    return paths
      .filter((path) => path.endsWith('.json'))
      .sort((a, b) => (used.get(b) ?? 0) - (used.get(a) ?? 0));
  } catch {
    return [];
  }
}

/** What cannot be read is no session; the next login writes it anew. */
function read(path: string): Content | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  // An earlier process may have had our number, as in a container that always counts from one.
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
