/**
 * `npm run admin -- VERB`, or `parley-admin VERB`: administers a database, mostly while servers run
 * on it.
 */
import { userInfo } from 'node:os';
import { readConfig } from '../config.ts';
import { administration } from '../domain/administration.ts';
import { type Command, parseCommand, USAGE, UsageError } from './command-line.ts';
import { openServices } from './services.ts';
import type { Row } from './verbs.ts';

try {
  const { verb, operands, ...options } = parseCommand(process.argv.slice(2));
  if ('runOffline' in verb) {
    write(await verb.runOffline(options, osUser()), verb.note, options);
  } else {
    await using services = await openServices(readConfig(process.env));
    const rows = await verb.run(services, administration(services, osUser()), operands, options);
    write(rows, verb.note, options);
  }
} catch (error) {
  const isUsage = error instanceof UsageError;
  process.stderr.write(`${(error as Error).message}\n${isUsage ? `${USAGE}\n` : ''}`);
  process.exitCode = isUsage ? 2 : 1;
}

function write(rows: readonly Row[], note: string | undefined, { json }: Pick<Command, 'json'>) {
  if (note !== undefined && !json) process.stderr.write(`${note}\n`);
  process.stdout.write(json ? `${JSON.stringify(rows)}\n` : rows.map(line).join(''));
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
