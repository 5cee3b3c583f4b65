import { type App, openApp } from './app.ts';
import { commandLine } from './command.ts';
import { type Config, ConfigError, readConfig, socketPath } from './config.ts';
import { type Serving, serve } from './serve.ts';
import { databaseName } from './store/database-name.ts';
import { StoreError } from './store/errors.ts';

/** A stopping server ends after this time at the latest. */
const STOP_TIMEOUT_MS = 9_500;

/** Runs the server, then stops it in order: transports first, then the domain and the store. */
async function main(): Promise<void> {
  ignoreOutputErrors();
  await using app = await openApp(readConfig(process.env));
  const stopped = stopReason(app);
  await using serving = await serve(app);
  process.stdout.write(welcome(serving, app.config));
  await stopped;
  app.log.info('stopping');
  // By then, whatever still hangs is abandoned, such as a query to an unreachable database.
  setTimeout(() => process.exit(), STOP_TIMEOUT_MS).unref();
}

/** Without a listener, a full disk or a closed pipe would end the process. */
function ignoreOutputErrors(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}

/** Over a Unix socket, the addresses for clients are those of the proxy. */
const welcome = ({ url, metricsUrl }: Serving, { host, graphiql, databaseUrl }: Config): string => `
${socketPath(host) === undefined ? addresses(url, graphiql) : ''}${metricsUrl ? `  Metrics          ${metricsUrl}/metrics\n` : ''}  Messages are in  ${databaseName(databaseUrl)}

Parley listens on ${url}
`;

const addresses = (url: string, graphiql: boolean): string =>
  `  Chat             ${url}/  in a browser
  GraphQL API      ${url}/graphql  (HTTP, server-sent events, WebSocket)
${graphiql ? `  GraphiQL         ${url}/graphql  in a browser\n` : ''}  Schema           ${url}/schema.graphql
  Start a client   ${commandLine('chat')} --url ${url}
`;

/** Resolves when the server has to stop. The exit code is 0 after a signal, and 1 after a fault. */
function stopReason({ log, store }: App): Promise<void> {
  return new Promise((resolve) => {
    // Not `once`: Ctrl+C reaches both this process and npm, which forwards it, and the second
    // signal would kill the process.
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => resolve());

    const stopAfter = (fault: unknown, message: string): void => {
      process.exitCode = 1;
      log.fatal({ err: fault }, message);
      resolve();
    };
    // Unhandled rejections arrive here too. The state is unknown, so the server must not continue.
    process.on('uncaughtException', (fault) =>
      stopAfter(fault, 'uncaught exception: the server stops'),
    );
    store.lost.then((fault) => stopAfter(fault, 'the store is lost: the server stops'));
  });
}

function explain(error: unknown): string {
  const isExpected =
    error instanceof ConfigError || error instanceof StoreError || isSystemError(error);
  if (isExpected) return error.message;
  return String(error instanceof Error ? error.stack : error);
}

/** Such as a port in use or a folder that is not writable: a stack trace would add nothing. */
const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'code' in error && 'syscall' in error;

try {
  await main();
} catch (error) {
  process.stderr.write(`Parley cannot start. ${explain(error)}\n`);
  process.exitCode = 1;
}
