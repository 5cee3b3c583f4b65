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

/** A session that outlives the process that started it. */
export interface SavedSession {
  readonly username: string;
  readonly token: string;
}

/** The sessions of this operating-system user at one server: one private file for each account. */
export interface TokenFiles {
  /** Saves a session as in use by this process. */
  save(session: SavedSession): void;
  /** Makes a session the one to continue next. */
  touch(session: SavedSession): void;
  remove(session: SavedSession): void;
  /** The last-used session, of one account or of any, that no running process uses. */
  lastUnused(username?: string): SavedSession | undefined;
  /** The last-used session, even if a running process uses it. */
  lastUsed(username?: string): SavedSession | undefined;
}

/** The content of a file. While its process is running, no other takes the session. */
type Content = SavedSession & { readonly pid: number };

/** Opens the files for a server. `onBroken` is called once for each file that is not a session. */
export function tokenFiles(
  url: string,
  env: NodeJS.ProcessEnv,
  onBroken: (path: string) => void,
): TokenFiles {
  const folder = join(configFolder(env), 'parley', new URL(url).host.replaceAll(/[^\w.-]/g, '_'));
  const pathOf = (username: string): string => join(folder, `${encodeURIComponent(username)}.json`);
  const holds = ({ username, token }: SavedSession): boolean =>
    read(pathOf(username))?.token === token;
  const broken = new Set<string>();

  function read(path: string): Content | undefined {
    const text = textOf(path);
    const content = text === undefined ? undefined : parse(text);
    if (text !== undefined && !content && !broken.has(path)) {
      broken.add(path);
      onBroken(path);
    }
    return content;
  }

  const saved = (username?: string): Content[] =>
    newestFirst(folder).flatMap((path) => {
      const content = read(path);
      return content && (username ?? content.username) === content.username ? [content] : [];
    });

  return {
    save({ username, token }) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      // Atomic: a crash leaves the old file or the new one.
      const temporary = `${pathOf(username)}.${process.pid}`;
      writeFileSync(
        temporary,
        JSON.stringify({ username, token, pid: process.pid } satisfies Content),
        { mode: 0o600 },
      );
      renameSync(temporary, pathOf(username));
    },
    touch(session) {
      if (holds(session)) utimesSync(pathOf(session.username), new Date(), new Date());
    },
    remove(session) {
      if (holds(session)) rmSync(pathOf(session.username));
    },
    lastUnused: (username) => saved(username).find(({ pid }) => !isAlive(pid)),
    lastUsed: (username) => saved(username)[0],
  };
}

/** The folder of this operating-system user for settings. */
export function configFolder(env: NodeJS.ProcessEnv): string {
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

/** The text of a file; undefined if it is missing or not readable. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function parse(text: string): Content | undefined {
  try {
    const content: unknown = JSON.parse(text);
    return isContent(content) ? content : undefined;
  } catch {
    return undefined;
  }
}

const isContent = (value: unknown): value is Content =>
  typeof value === 'object' &&
  value !== null &&
  'username' in value &&
  typeof value.username === 'string' &&
  'token' in value &&
  typeof value.token === 'string' &&
  'pid' in value &&
  typeof value.pid === 'number';

function isAlive(pid: number): boolean {
  // An earlier process may have had our pid, as in a container where pids start at 1.
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
