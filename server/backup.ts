/**
 * `npm run backup -- FILE`, or `parley-backup FILE`: copies the database to a new file, even while
 * the server runs.
 */
import { existsSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import { commandLine } from './command.ts';
import { readConfig } from './config.ts';
import { isPostgres, sqlitePath } from './store/database-name.ts';
import { createPrivately } from './store/sqlite-files.ts';

const [target] = process.argv.slice(2);
const { databaseUrl } = readConfig(process.env);
const source = sqlitePath(databaseUrl);

if (!target || existsSync(target) || !existsSync(source)) {
  process.stderr.write(`${reasonToRefuse()}\n`);
  process.exitCode = 1;
} else {
  const database = new DatabaseSync(source, { readOnly: true });
  createPrivately(target);
  const pages = await backup(database, target);
  database.close();
  process.stdout.write(`Copied ${source} to ${target} (${pages} pages).\n`);
}

function reasonToRefuse(): string {
  if (isPostgres(databaseUrl))
    return "Back up PostgreSQL with PostgreSQL's own tools: see docs/operations.md.";
  if (!target) return `Usage: ${commandLine('backup')} FILE`;
  if (existsSync(target)) return `${target} already exists; choose another file.`;
  return `There is no database at ${source}. Set DATABASE_URL to the one to back up.`;
}
