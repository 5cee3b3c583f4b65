import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { withClient } from '../../test/support/postgres-client.ts';
import type { Engine } from '../servers/engine.ts';

/** Describes the machine, the versions and the command, as a list in Markdown. */
export async function environment(postgres: Engine): Promise<string> {
  const database = await withClient(await postgres.newDatabase(), (client) =>
    client.query('show server_version'),
  );
  const peers = JSON.parse(
    await readFile(new URL('../peers/package.json', import.meta.url), 'utf8'),
  );
  const version = (name: string) => `${name} ${peers.dependencies[name]}`;
  return [
    `- ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    `- ${availableParallelism()} cores of ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GB`,
    `- Node.js ${process.version.slice(1)}, SQLite ${process.versions.sqlite}, PostgreSQL ${database.rows[0].server_version}`,
    `- ${['mercurius', 'graphql-jit', '@apollo/server', 'socket.io'].map(version).join(', ')}`,
    `- \`npm run bench -- ${process.argv.slice(2).join(' ')}\``,
    `- load of the machine before: ${loadavg()[0]?.toFixed(1)}`,
  ].join('\n');
}
