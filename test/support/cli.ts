import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { run } from '../../client/cli/run.ts';
import { temporaryFolder } from './folder.ts';
import { newTerminal } from './terminal.ts';
import { newSignal, until } from './wait.ts';

const MAIN = fileURLToPath(new URL('../../client/cli/main.ts', import.meta.url));

/** What a client does without options. */
const QUIET = { json: false, bell: false, passwordStdin: false, words: [] };

export interface CliOptions {
  readonly url: string;
  /** The user's config folder. Defaults to a new one. */
  readonly config?: string;
  /** Further environment variables of a process. */
  readonly env?: Record<string, string>;
  /** Whether messages ring the bell of a terminal. */
  readonly bell?: boolean;
}

/** A client that reads commands from a pipe. It ends with the test. */
export interface PipedCli {
  /** Writes a command. */
  write(line: string): void;
  /** Resolves with stdout so far once it contains this text or fulfils this condition. */
  writes(what: string | ((stdout: string) => boolean)): Promise<string>;
  /** The same for stderr. */
  warns(text: string): Promise<string>;
  /** Ends the input and waits for the client to exit. */
  end(): Promise<{ code: number; stdout: string; stderr: string }>;
}

/** A client in this process: faster, and everything but main.ts. */
export async function openCli(
  { url, config }: CliOptions,
  ...flags: '--json'[]
): Promise<PipedCli> {
  const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const env = { XDG_CONFIG_HOME: config ?? (await temporaryFolder()) };
  const json = flags.includes('--json');
  const exit = run({ url, ...QUIET, json, env, input, output, errors });
  onTestFinished(async () => {
    input.end();
    await exit;
  });
  return piped(input, output, errors, exit);
}

/** A client in its own process, as a user starts it. */
export async function openCliProcess(
  { url, config, env }: CliOptions,
  ...words: string[]
): Promise<PipedCli> {
  const child = spawn(process.execPath, [MAIN, '--url', url, ...words], {
    env: { PATH: process.env.PATH, XDG_CONFIG_HOME: config ?? (await temporaryFolder()), ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exit = once(child, 'close').then(([code]) => code);
  return piped(child.stdin, child.stdout, child.stderr, exit);
}

function piped(
  input: Writable,
  stdout: Readable,
  stderr: Readable,
  exit: Promise<number>,
): PipedCli {
  const changed = newSignal();
  const written = { stdout: '', stderr: '' };
  for (const [name, stream] of Object.entries({ stdout, stderr })) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      written[name as keyof typeof written] += text;
      changed.notify();
    });
  }
  return {
    write: (line) => void input.write(`${line}\n`),
    async writes(what) {
      const holds = typeof what === 'string' ? (text: string) => text.includes(what) : what;
      await until(changed, () => holds(written.stdout));
      return written.stdout;
    },
    async warns(text) {
      await until(changed, () => written.stderr.includes(text));
      return written.stderr;
    },
    async end() {
      input.end();
      const code = await exit;
      return { code, ...written };
    },
  };
}

/** Pipes these commands into a client and waits for it to exit. */
export async function pipe(options: CliOptions, commands: readonly string[], ...flags: '--json'[]) {
  return endAfter(await openCli(options, ...flags), commands);
}

export function endAfter(cli: PipedCli, commands: readonly string[]): ReturnType<PipedCli['end']> {
  for (const command of commands) cli.write(command);
  return cli.end();
}

/** A client at a terminal whose keys a test types. It ends with the test. */
export async function openInteractive({ url, config, bell = false }: CliOptions, columns = 80) {
  const terminal = newTerminal({ columns });
  const { input, output } = terminal;
  const env = { XDG_CONFIG_HOME: config ?? (await temporaryFolder()) };
  const exit = run({ url, ...QUIET, bell, env, input, output, errors: output });
  onTestFinished(async () => {
    input.end();
    await exit;
  });
  return { ...terminal, exit };
}

/** The events that a client wrote with --json. */
export const eventsIn = (stdout: string): Record<string, unknown>[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
