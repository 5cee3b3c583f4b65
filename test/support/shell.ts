import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './folder.ts';
import { newScreen, type ScreenReader } from './terminal.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A shell in a terminal of its own, with jobs that Ctrl+Z stops. It ends with the test. */
export interface Shell extends ScreenReader {
  type(text: string): void;
}

export async function openShell(): Promise<Shell> {
  const size = { cols: 100, rows: 30 };
  const screen = newScreen({ columns: size.cols, rows: size.rows });
  const shell = spawn('bash', ['--norc', '--noprofile', '-i'], {
    ...size,
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      TERM: 'xterm-256color',
      PS1: 'shell% ',
      XDG_CONFIG_HOME: await temporaryFolder(),
      NO_UPDATE_NOTIFIER: '1',
    },
  });
  shell.onData((data) => screen.write(data));
  const exit = new Promise<void>((resolve) => shell.onExit(() => resolve()));
  onTestFinished(async () => {
    // The kernel signals its jobs once the terminal is gone.
    shell.kill('SIGKILL');
    await exit;
  });
  await screen.shows('shell%');
  return { ...screen, type: (text) => shell.write(text) };
}
