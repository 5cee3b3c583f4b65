import { resolve } from 'node:path';

export const isPostgres = (databaseUrl: string): boolean => /^postgres(ql)?:/.test(databaseUrl);

/**
 * Returns a URL for each host of a PostgreSQL URL, in order: libpq's form for several is
 * `postgres://USER@HOST:PORT,HOST:PORT/DATABASE`.
 */
export function hostUrls(databaseUrl: string): string[] {
  const [, start = '', hosts = '', rest = ''] =
    /^([^/]*\/\/(?:[^/]*@)?)([^/?#]*)(.*)$/s.exec(databaseUrl) ?? [];
  if (!hosts.includes(',')) return [databaseUrl];
  return hosts.split(',').map((host) => start + host + rest);
}

/** Returns the path of a SQLite file, or `:memory:`. */
export const sqlitePath = (databaseUrl: string): string => databaseUrl.replace(/^file:/, '');

/** Names a database for people, without its password. */
export function databaseName(databaseUrl: string): string {
  if (isPostgres(databaseUrl)) {
    const urls = hostUrls(databaseUrl).map((url) => new URL(url));
    const hosts = urls.map(({ host }) => host).join(' or ');
    return `the database ${urls[0]?.pathname.slice(1)} at ${hosts}`;
  }
  const path = sqlitePath(databaseUrl);
  return path === ':memory:' ? 'memory: nothing is kept' : resolve(path);
}
