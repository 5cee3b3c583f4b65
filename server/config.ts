import type { Limits } from '../schema/model.ts';
import { LIMITS } from '../schema/server-info.ts';
import { CLIENTS_NEED, contradictionIn } from './contradictions.ts';

/** Everything that can be set, checked. `readConfig` makes it from environment variables. */
export interface Config {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** `file:PATH`, or `file::memory:` for a store that ends with the process, or `postgres://…`. */
  readonly databaseUrl: string;
  /** To PostgreSQL; one more listens at its bell. */
  readonly databaseConnections: number;
  readonly logLevel: string;
  /** Proxies in front that add to X-Forwarded-For; without any, that header is not believed. */
  readonly proxyHops: number;
  readonly introspection: boolean;
  /** Whether a browser that opens /graphql gets GraphiQL. */
  readonly graphiql: boolean;
  /** Origins besides the server's own whose pages may use the API; `*` for all. */
  readonly allowedOrigins: readonly string[];
  readonly limits: Limits;
}

/**
 * A setting is not what it may be. The message names the variable, the value given, and what is
 * allowed; of two settings that contradict each other, both, and a way out.
 */
export class ConfigError extends Error {}

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_LIMITS: Limits = {
  maxTextLength: 4_000,
  maxPendingMessages: 10_000,
  maxPageSize: 100,
  maxUndelivered: 1_000,
  maxRequestBytes: 65_536,
  maxQueryBytes: 8_192,
  maxQueryTokens: 1_000,
  maxQueryDepth: 12,
  maxQueryAliases: 15,
  maxQueryCost: 5_000,
  maxSubscriptionsPerSocket: 20,
  maxWatchedAccounts: 100,
  maxSocketsPerAccount: 20,
  maxSocketsPerAddress: 200,
  maxConnectionsPerAddress: 500,
  maxSessionsPerAccount: 20,
  maxOperationsPerSocket: 100,
  maxOperationsPerAddress: 200,
  maxOperationsPerSecond: 500,
  maxOperationsPerSecondPerAddress: 1_000,
  maxUnreadBytes: 1_048_576,
  maxSendsPerMinute: 600,
  maxLoginsPerQuarterHour: 10,
  maxLoginsPerQuarterHourPerUsername: 50,
  maxLoginsPerQuarterHourPerAddress: 50,
  maxNewAccountsPerHour: 100,
  initSeconds: 3,
  headerSeconds: 10,
  bodySeconds: 15,
  keepAliveSeconds: 80,
  sessionDays: 30,
};

/** The name of a limit's environment variable: maxTextLength is MAX_TEXT_LENGTH. */
const variable = (limit: string): string =>
  limit.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/**
 * Every environment variable that is read, what it means, and its default; the README's table is
 * this.
 */
export const SETTINGS: readonly { name: string; meaning: string; fallback: string | number }[] = [
  { name: 'PORT', meaning: 'TCP port to listen on; 0 takes a free one.', fallback: 4000 },
  { name: 'HOST', meaning: 'Address to listen on; 0.0.0.0 for all.', fallback: '127.0.0.1' },
  {
    name: 'DATABASE_URL',
    meaning:
      '`file:PATH`, or `file::memory:` to keep nothing, or `postgres://USER:PASSWORD@HOST/DATABASE`.',
    fallback: 'file:./data/parley.db',
  },
  {
    name: 'DATABASE_CONNECTIONS',
    meaning: 'Connections to PostgreSQL, besides the one that listens.',
    fallback: 10,
  },
  { name: 'LOG_LEVEL', meaning: `One of ${LEVELS.join(', ')}.`, fallback: 'info' },
  {
    name: 'PROXY_HOPS',
    meaning: 'Proxies in front, in private networks, whose X-Forwarded-For is believed.',
    fallback: 0,
  },
  {
    name: 'INTROSPECTION',
    meaning: '`true` or `false`; the schema is public at /schema.graphql all the same.',
    fallback: 'true',
  },
  {
    name: 'GRAPHIQL',
    meaning: '`true` or `false`; GraphiQL for a browser that opens /graphql.',
    fallback: 'true',
  },
  {
    name: 'ALLOWED_ORIGINS',
    meaning:
      "Origins whose pages may use the API besides the server's own, separated by commas; `*` for all.",
    fallback: '',
  },
  ...Object.entries(LIMITS).map(([limit, meaning]) => ({
    name: variable(limit),
    meaning,
    fallback: DEFAULT_LIMITS[limit as keyof Limits],
  })),
];

/** Reads and checks every setting. @throws {ConfigError} at the first one that is not allowed. */
export function readConfig(environment: Environment): Config {
  const text = (name: string): string => {
    const setting = SETTINGS.find((candidate) => candidate.name === name);
    return environment[name]?.trim() || String(setting?.fallback);
  };
  const oneOf = (name: string, allowed: readonly string[]): string => {
    const value = text(name);
    if (allowed.includes(value)) return value;
    throw new ConfigError(`${name} is "${value}"; allowed is one of ${allowed.join(', ')}.`);
  };
  const whole = (name: string, least: number, most: number): number => {
    const value = text(name);
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= least && number <= most) return number;
    throw new ConfigError(
      `${name} is "${value}"; allowed is a whole number from ${least} to ${most}.`,
    );
  };
  const origins = (name: string): string[] => {
    const values = text(name)
      .split(',')
      .map((value) => value.trim())
      .filter((value) => value !== '');
    const wrong = values.find(
      (value) => value !== '*' && (!URL.canParse(value) || new URL(value).origin !== value),
    );
    if (wrong === undefined) return values;
    throw new ConfigError(
      `${name} must list origins such as https://example.com, or be *, not "${wrong}".`,
    );
  };
  const databaseUrl = text('DATABASE_URL');
  if (
    !/^file:./.test(databaseUrl) &&
    !(/^postgres(ql)?:/.test(databaseUrl) && URL.canParse(databaseUrl))
  ) {
    // Whatever it is, there may be a password in it.
    const shown = databaseUrl.replace(/(?<=\/\/).*@/s, '…@');
    throw new ConfigError(
      `DATABASE_URL is "${shown}"; allowed is file:PATH, for example file:./data/parley.db, or postgres://….`,
    );
  }
  const limits = Object.fromEntries(
    Object.keys(LIMITS).map((limit) => {
      const least = (CLIENTS_NEED as Partial<Limits>)[limit as keyof Limits] ?? 1;
      return [limit, whole(variable(limit), least, 1_000_000_000)];
    }),
  ) as unknown as Limits;
  refuseContradiction(limits);
  return {
    host: text('HOST'),
    port: whole('PORT', 0, 65_535),
    databaseUrl,
    databaseConnections: whole('DATABASE_CONNECTIONS', 1, 1_000),
    logLevel: oneOf('LOG_LEVEL', LEVELS),
    proxyHops: whole('PROXY_HOPS', 0, 10),
    introspection: oneOf('INTROSPECTION', ['true', 'false']) === 'true',
    graphiql: oneOf('GRAPHIQL', ['true', 'false']) === 'true',
    allowedOrigins: origins('ALLOWED_ORIGINS'),
    limits,
  };
}

function refuseContradiction(limits: Limits): void {
  const found = contradictionIn(limits);
  if (!found) return;
  const { reason, least } = found;
  const [first, second] = found.limits.map((limit) => `${variable(limit)}=${limits[limit]}`);
  const [lower, raise] = found.limits.map(variable);
  const way = `Raise ${raise} to at least ${least}, or lower ${lower}.`;
  throw new ConfigError(`${first} and ${second} contradict each other: ${reason}. ${way}`);
}
