import { resolve } from 'node:path';

export const isPostgres = (databaseUrl: string): boolean => /^postgres(ql)?:/.test(databaseUrl);

/** Returns the path of a SQLite file, or `:memory:`. */
export const sqlitePath = (databaseUrl: string): string => databaseUrl.replace(/^file:/, '');

/** Names a database for people, without its password. */
export function databaseName(databaseUrl: string): string {
  if (isPostgres(databaseUrl)) {
    const { host, pathname } = new URL(databaseUrl);
    return `the database ${pathname.slice(1)} at ${host}`;
  }
  const path = sqlitePath(databaseUrl);
  return path === ':memory:' ? 'memory: nothing is kept' : resolve(path);
}
