import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { newCluster } from './cluster.ts';
import { withClient } from './postgres-client.ts';

const RUN = `
  const { newCluster } = await import('${new URL('./cluster.ts', import.meta.url)}');
  console.log((await newCluster()).url);
  setInterval(() => {}, 1_000);
`;

test('newCluster ends the PostgreSQL of a test run that was killed', async () => {
  const run = spawn(process.execPath, ['--input-type=module', '-e', RUN], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void run.kill('SIGKILL'));
  const [url] = await once(createInterface({ input: run.stdout }), 'line');
  await withClient(url, (client) => client.query('select 1'));
  run.kill('SIGKILL');
  await once(run, 'exit');

  const cluster = await newCluster();
  onTestFinished(() => cluster.remove());
  await expect(withClient(url, async () => {})).rejects.toThrow('ECONNREFUSED');
  await withClient(cluster.url, (client) => client.query('select 1'));
});
