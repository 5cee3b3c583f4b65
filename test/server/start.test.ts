import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LINES = /Messages are in {2}(.*)\n(?:.*\n)*Parley listens on (\S+)/;

test('`npm start` names its database, and ends on a signal to npm', async () => {
  const npm = spawn('npm', ['start'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, PORT: '0', DATABASE_URL: 'file::memory:' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void npm.kill('SIGKILL'));
  let output = '';
  const closed = once(npm, 'close');
  await new Promise<void>((resolve) => {
    npm.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
      if (LINES.test(output)) resolve();
    });
  });
  const [, database, url = ''] = LINES.exec(output) ?? [];
  expect(database).toBe('memory: nothing is kept');
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  npm.kill('SIGTERM');
  // Its output closes once the server has ended, not npm alone.
  await closed;
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
});
