import { type App, openApp } from './app.ts';
import { ConfigError, readConfig } from './config.ts';
import { serve } from './serve.ts';
import { StoreError } from './store/errors.ts';

/** Whoever stops a server may count on it. */
const STOP_WITHIN_MS = 9_500;

/**
 * Serves until something ends it, and stops in order: no new work, last answers, farewell to
 * clients, the store.
 */
async function main(): Promise<void> {
  await using app = await openApp(readConfig(process.env));
  const stopped = stopReason(app);
  await using serving = await serve(app);
  process.stdout.write(`
  Chat             ${serving.url}/  in a browser
  GraphQL API      ${serving.url}/graphql  (HTTP, server-sent events, WebSocket)
${app.config.graphiql ? `  GraphiQL         ${serving.url}/graphql  in a browser\n` : ''}  Schema           ${serving.url}/schema.graphql
  Start a client   npm run chat -- --url ${serving.url}

Parley listens on ${serving.url}
`);
  await stopped;
  app.log.info('stopping');
  // What still hangs then, such as a database that does not answer, is left as it is.
  setTimeout(() => process.exit(), STOP_WITHIN_MS).unref();
}

/** Resolves when the server has to stop. The exit code is 0 after a signal, and 1 after a fault. */
function stopReason({ log, store }: App): Promise<void> {
  return new Promise((resolve) => {
    // Not once: a terminal sends Ctrl+C to npm as well, which sends it on, and the second would end
    // it at once.
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => resolve());

    const stopAfter = (fault: unknown, words: string): void => {
      process.exitCode = 1;
      log.fatal({ err: fault }, words);
      resolve();
    };
    // The last resort, for rejected promises too: the state is unknown, so it is not kept running.
    process.on('uncaughtException', (fault) =>
      stopAfter(fault, 'an error that nothing caught: the server stops'),
    );
    store.lost.then((fault) => stopAfter(fault, 'the store is lost: the server stops'));
  });
}

try {
  await main();
} catch (error) {
  const expected =
    error instanceof ConfigError || error instanceof StoreError || isSystemError(error);
  process.stderr.write(
    `Parley cannot start. ${expected ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exitCode = 1;
}

/**
 * Such as a port that is taken or a folder that cannot be written: the message says it, a stack
 * adds nothing.
 */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}
