/**
 * `npm run backup -- FILE`: copies the database into a new file, while the server runs or while it
 * does not.
 */
import { existsSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import { readConfig } from './config.ts';
import { isPostgres } from './store/open.ts';
import { createPrivately } from './store/sqlite-files.ts';

const [target] = process.argv.slice(2);
const { databaseUrl } = readConfig(process.env);
const source = databaseUrl.replace(/^file:/, '');

if (!target || existsSync(target) || !existsSync(source)) {
  process.stderr.write(`${refusal()}\n`);
  process.exitCode = 1;
} else {
  const database = new DatabaseSync(source, { readOnly: true });
  createPrivately(target);
  const pages = await backup(database, target);
  database.close();
  process.stdout.write(`${source} is copied to ${target}: ${pages} pages.\n`);
}

function refusal(): string {
  if (isPostgres(databaseUrl))
    return 'PostgreSQL is backed up with its own tools: see docs/operations.md.';
  if (!target) return 'Usage: npm run backup -- FILE';
  if (existsSync(target)) return `${target} exists already; a backup does not overwrite.`;
  return `There is no database at ${source}.`;
}
