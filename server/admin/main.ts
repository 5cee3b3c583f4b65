/**
 * `npm run admin -- VERB`, or `parley-admin VERB`: administers the accounts of a database, even while
 * servers run on it.
 */
import { userInfo } from 'node:os';
import { readConfig } from '../config.ts';
import { administration } from '../domain/administration.ts';
import { parseCommand, USAGE, UsageError } from './command-line.ts';
import { openServices } from './services.ts';
import type { Row } from './verbs.ts';

try {
  const { verb, operands, json, ...options } = parseCommand(process.argv.slice(2));
  await using services = await openServices(readConfig(process.env));
  const rows = await verb.run(services, administration(services, osUser()), operands, options);
  if (verb.note !== undefined && !json) process.stderr.write(`${verb.note}\n`);
  process.stdout.write(json ? `${JSON.stringify(rows)}\n` : rows.map(line).join(''));
} catch (error) {
  const isUsage = error instanceof UsageError;
  process.stderr.write(`${(error as Error).message}\n${isUsage ? `${USAGE}\n` : ''}`);
  process.exitCode = isUsage ? 2 : 1;
}

function line(row: Row): string {
  const fields = Object.entries(row).map(([name, value]) => `${name}=${value}`);
  return `${fields.join('  ')}\n`;
}

/** A container's user may have no name. */
function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.()}`;
  }
}
