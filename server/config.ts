import { type LimitName, type Limits, mapLimits } from '../schema/limits.ts';
import type { Registration } from '../schema/model.ts';
import { conflictIn } from './limit-conflicts.ts';
import { LOG_LEVELS, SETTINGS, variable } from './settings.ts';
import { hostUrls, isPostgres } from './store/database-name.ts';

/** Everything that can be set, checked. `readConfig` makes it from environment variables. */
export interface Config {
  /** An address of this machine, or `unix:PATH`. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The permissions of the file of a Unix socket. */
  readonly socketMode: number;
  /** The port of /metrics, if it has one of its own. */
  readonly metricsPort: number | undefined;
  /** The address of that port. */
  readonly metricsHost: string;
  /** `file:PATH`, `file::memory:` for a store that ends with the process, or `postgres://…`. */
  readonly databaseUrl: string;
  /** Connections to PostgreSQL, besides the doorbell's. */
  readonly databaseConnections: number;
  /** How long a start waits for a PostgreSQL that is not there yet. */
  readonly databaseWaitSeconds: number;
  /** NATS servers that carry the doorbell. Without any, PostgreSQL does. */
  readonly bellUrls: readonly string[];
  readonly logLevel: string;
  /** Number of our proxies that add to X-Forwarded-For. With 0 the header is ignored. */
  readonly proxyHops: number;
  readonly introspection: boolean;
  /** Whether a browser that opens /graphql gets GraphiQL. */
  readonly graphiql: boolean;
  /** Origins besides the server's own whose pages may use the API; `*` for all. */
  readonly allowedOrigins: readonly string[];
  readonly registration: Registration;
  /** Days after which delivered messages are deleted. Without it they are kept. */
  readonly retentionDays: number | undefined;
  /** Threads of Node's pool, for password hashing and files. */
  readonly threadPoolSize: number;
  readonly limits: Limits;
}

/**
 * A setting has an invalid value. The message names the variable and its value, and says what is
 * allowed. For two settings that contradict each other it names both, and a way out.
 */
export class ConfigError extends Error {}

type Environment = Readonly<Record<string, string | undefined>>;

/** The values of libpq's target_session_attrs that allow only a host that accepts writes. */
const WRITABLE = new Set(['read-write', 'primary']);
const MAX_LIMIT = 1_000_000_000;

/** Reads and checks every setting. @throws {ConfigError} for the first one that is invalid. */
export function readConfig(environment: Environment): Config {
  const proxyHops = integer(environment, 'PROXY_HOPS', 0, 10);
  return {
    host: host(environment, 'HOST', proxyHops),
    port: integer(environment, 'PORT', 0, 65_535),
    socketMode: permissions(environment, 'SOCKET_MODE'),
    metricsPort: optionalInteger(environment, 'METRICS_PORT', 0, 65_535),
    metricsHost: metricsHost(environment),
    databaseUrl: databaseUrl(environment, 'DATABASE_URL'),
    databaseConnections: integer(environment, 'DATABASE_CONNECTIONS', 1, 1_000),
    databaseWaitSeconds: integer(environment, 'DATABASE_WAIT_SECONDS', 0, 3_600),
    bellUrls: bellUrls(environment, 'BELL_URL'),
    logLevel: oneOf(environment, 'LOG_LEVEL', LOG_LEVELS),
    proxyHops,
    introspection: flag(environment, 'INTROSPECTION'),
    graphiql: flag(environment, 'GRAPHIQL'),
    allowedOrigins: origins(environment, 'ALLOWED_ORIGINS'),
    registration: registration(environment, 'REGISTRATION'),
    retentionDays: optionalInteger(environment, 'RETENTION_DAYS', 1, 36_500),
    threadPoolSize: integer(environment, 'UV_THREADPOOL_SIZE', 1, 1_024),
    limits: limits(environment),
  };
}

function text(environment: Environment, name: string): string {
  const setting = SETTINGS.find((candidate) => candidate.name === name);
  return environment[name]?.trim() || String(setting?.default ?? '');
}

function oneOf(environment: Environment, name: string, allowed: readonly string[]): string {
  const value = text(environment, name);
  if (allowed.includes(value)) return value;
  throw new ConfigError(`${name} must be one of ${allowed.join(', ')}, not "${value}".`);
}

const flag = (environment: Environment, name: string): boolean =>
  oneOf(environment, name, ['true', 'false']) === 'true';

const registration = (environment: Environment, name: string): Registration =>
  oneOf(environment, name, ['open', 'invite', 'closed']).toUpperCase() as Registration;

function integer(environment: Environment, name: string, min: number, max: number): number {
  const value = text(environment, name);
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= min && number <= max) return number;
  throw new ConfigError(`${name} must be a whole number from ${min} to ${max}, not "${value}".`);
}

const optionalInteger = (...[environment, name, min, max]: Parameters<typeof integer>) =>
  text(environment, name) ? integer(environment, name, min, max) : undefined;

/** Returns the path of a Unix socket to listen on; undefined for a TCP address. */
export const socketPath = (host: string): string | undefined => /^unix:(.*)$/s.exec(host)?.[1];

function host(environment: Environment, name: string, proxyHops: number): string {
  const value = text(environment, name);
  const path = socketPath(value);
  if (path === undefined) return value;
  if (!path.startsWith('/') || path.endsWith('/'))
    throw new ConfigError(`${name} must be unix:/PATH, with a full path, not "${value}".`);
  if (proxyHops === 0)
    throw new ConfigError(
      `${name} is a Unix socket, where only a proxy knows the addresses of clients, and ` +
        'PROXY_HOPS is 0. Set PROXY_HOPS=1, or listen on a TCP address.',
    );
  return value;
}

function metricsHost(environment: Environment): string {
  const host = text(environment, 'HOST');
  return text(environment, 'METRICS_HOST') || (socketPath(host) === undefined ? host : '127.0.0.1');
}

function permissions(environment: Environment, name: string): number {
  const value = text(environment, name);
  if (/^0?[0-7]{3}$/.test(value)) return Number.parseInt(value, 8);
  throw new ConfigError(`${name} must be three octal digits, such as 660, not "${value}".`);
}

function origins(environment: Environment, name: string): readonly string[] {
  const values = text(environment, name)
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
  const invalid = values.find((value) => value !== '*' && URL.parse(value)?.origin !== value);
  if (invalid === undefined) return values;
  throw new ConfigError(
    `${name} must list origins such as https://example.com, or be *, not "${invalid}".`,
  );
}

function bellUrls(environment: Environment, name: string): readonly string[] {
  const values = text(environment, name).split(',').filter(Boolean);
  if (values.every((value) => /^(nats|tls):$/.test(URL.parse(value)?.protocol ?? '')))
    return values;
  throw new ConfigError(`${name} must list URLs such as nats://127.0.0.1:4222.`);
}

const databaseUrl = (environment: Environment, name: string): string =>
  checkDatabaseUrl(name, text(environment, name));

/** Returns the URL of a database if it is one. @throws {ConfigError} that names the setting. */
export function checkDatabaseUrl(name: string, value: string): string {
  if (/^file:./.test(value) || (isPostgres(value) && isUsable(value))) return value;
  // An invalid URL may hold a password too.
  const shown = value.replace(/(?<=\/\/).*@/s, '…@');
  throw new ConfigError(
    `${name} must be file:PATH, such as file:./data/parley.db, or postgres://…, not "${shown}".`,
  );
}

/** Whether each host can be parsed, and none is asked for that accepts no writes. */
const isUsable = (databaseUrl: string): boolean =>
  hostUrls(databaseUrl).every((text) => {
    const url = URL.parse(text);
    return url && WRITABLE.has(url.searchParams.get('target_session_attrs') ?? 'read-write');
  });

function limits(environment: Environment): Limits {
  const read = mapLimits((name, { min = 1 }) =>
    integer(environment, variable(name), min, MAX_LIMIT),
  );
  const conflict = conflictIn(read);
  if (!conflict) return read;
  const { reason, least, lower, raise } = conflict;
  const shown = (name: LimitName) => `${variable(name)}=${read[name]}`;
  throw new ConfigError(
    `${shown(lower)} and ${shown(raise)} contradict each other: ${reason}. ` +
      `Raise ${variable(raise)} to at least ${least}, or lower ${variable(lower)}.`,
  );
}
