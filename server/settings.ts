import { mapLimits } from '../schema/limits.ts';

/** An environment variable, as the README's table shows it. */
interface Setting {
  readonly name: string;
  readonly default: string | number;
  readonly description: string;
}

/** The name of a limit's environment variable: maxTextLength is MAX_TEXT_LENGTH. */
export const variable = (limit: string): string =>
  limit.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** Every environment variable that the server reads. The README's table is the same. */
export const SETTINGS: readonly Setting[] = [
  { name: 'PORT', description: 'TCP port to listen on. 0 takes a free one.', default: 4000 },
  {
    name: 'HOST',
    description:
      'Address to listen on. 0.0.0.0 listens on all. `unix:PATH` listens on a Unix socket, for a ' +
      'proxy on the same machine.',
    default: '127.0.0.1',
  },
  {
    name: 'SOCKET_MODE',
    description: 'Permissions of the file of a Unix socket, in octal.',
    default: '660',
  },
  {
    name: 'METRICS_PORT',
    description: 'TCP port of /metrics. Empty: it is on `PORT`, with the API. 0 takes a free one.',
    default: '',
  },
  {
    name: 'METRICS_HOST',
    description:
      'Address that `METRICS_PORT` listens on. Empty: as `HOST`, or 127.0.0.1 if that is a Unix ' +
      'socket.',
    default: '',
  },
  {
    name: 'DATABASE_URL',
    description:
      '`file:PATH`, `file::memory:` to keep nothing, or `postgres://USER:PASSWORD@HOST/DATABASE`, ' +
      'where HOST may be several, separated by commas.',
    default: 'file:./data/parley.db',
  },
  {
    name: 'DATABASE_CONNECTIONS',
    description: 'Connections to PostgreSQL, besides the one that listens for notifications.',
    default: 10,
  },
  {
    name: 'DATABASE_WAIT_SECONDS',
    description: 'Seconds for which a start waits for a PostgreSQL that is not there yet.',
    default: 30,
  },
  {
    name: 'BELL_URL',
    description:
      'NATS servers for the doorbell in place of PostgreSQL: `nats://HOST:PORT` or `tls://HOST:PORT`, ' +
      'separated by commas.',
    default: '',
  },
  { name: 'LOG_LEVEL', description: `One of ${LOG_LEVELS.join(', ')}.`, default: 'info' },
  {
    name: 'PROXY_HOPS',
    description:
      'Number of proxies in front of the server, in private networks, whose X-Forwarded-For is ' +
      'trusted.',
    default: 0,
  },
  {
    name: 'INTROSPECTION',
    description: '`true` or `false`. /schema.graphql shows the schema either way.',
    default: 'true',
  },
  {
    name: 'GRAPHIQL',
    description: '`true` or `false`. Whether /graphql shows GraphiQL in a browser.',
    default: 'true',
  },
  {
    name: 'ALLOWED_ORIGINS',
    description:
      "Origins besides the server's own whose pages may use the API, separated by commas. `*` " +
      'allows all.',
    default: '',
  },
  {
    name: 'REGISTRATION',
    description:
      '`open`, `invite` or `closed`. With `invite` a new account needs a code from `npm run admin`, ' +
      'with `closed` only `npm run admin` creates accounts.',
    default: 'open',
  },
  {
    name: 'RETENTION_DAYS',
    description:
      'Days after which a message is deleted, once its recipient has it. Empty: messages are kept.',
    default: '',
  },
  {
    name: 'UV_THREADPOOL_SIZE',
    description: "Size of Node's thread pool. All threads but one can hash passwords.",
    default: 4,
  },
  ...Object.values(
    mapLimits((name, limit) => ({
      name: variable(name),
      description: limit.description,
      default: limit.default,
    })),
  ),
];
