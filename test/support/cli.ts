import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { run } from '../../client/cli/run.ts';
import { temporaryFolder } from './chat.ts';
import { newTerminal } from './terminal.ts';
import { until, waitable } from './wait.ts';

const MAIN = fileURLToPath(new URL('../../client/cli/main.ts', import.meta.url));

export interface CliOptions {
  readonly url: string;
  /** The user's config folder; one that nobody else has unless told. */
  readonly config?: string;
}

/** The client in a process of its own, with commands piped in. It does not outlive the test. */
export interface PipedCli {
  /** Writes a command. */
  write(line: string): void;
  /** Resolves with all that was written to stdout once it fulfils this. */
  writes(what: string | ((stdout: string) => boolean)): Promise<string>;
  /** Ends its input and waits until it is done. */
  end(): Promise<{ code: number; stdout: string; stderr: string }>;
}

export async function openCli({ url, config }: CliOptions, ...flags: string[]): Promise<PipedCli> {
  const child = spawn(process.execPath, [MAIN, '--url', url, ...flags], {
    env: { PATH: process.env.PATH, XDG_CONFIG_HOME: config ?? (await temporaryFolder()) },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const closed = once(child, 'close');
  const changed = waitable();
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text;
      changed.notify();
    });
  }
  return {
    write: (line) => void child.stdin.write(`${line}\n`),
    async writes(what) {
      const holds = typeof what === 'string' ? (stdout: string) => stdout.includes(what) : what;
      await until(changed, () => holds(written.stdout));
      return written.stdout;
    },
    async end() {
      child.stdin.end();
      const [code] = await closed;
      return { code, ...written };
    },
  };
}

/** Pipes these commands into a client and waits until it is done. */
export async function pipe(options: CliOptions, commands: readonly string[], ...flags: string[]) {
  const cli = await openCli(options, ...flags);
  for (const command of commands) cli.write(command);
  return cli.end();
}

/** The client at a terminal, with somebody who types. It has ended when the test has finished. */
export async function openInteractive({ url, config }: CliOptions, columns = 80) {
  const terminal = newTerminal({ columns });
  const { input, output } = terminal;
  const env = { XDG_CONFIG_HOME: config ?? (await temporaryFolder()) };
  const exit = run({ url, json: false, env, input, output, errors: output });
  onTestFinished(async () => {
    input.end();
    await exit;
  });
  return { ...terminal, exit };
}
