import { openApp } from './app.ts';
import { ConfigError, readConfig } from './config.ts';
import { serve } from './serve.ts';
import { StoreError } from './store/error.ts';

/** Whoever stops a server may count on it. */
const STOP_WITHIN_MS = 9_500;

/** Stops in order: no new work, last answers, farewell to the clients, then the store. */
async function main(): Promise<void> {
  await using app = await openApp(readConfig(process.env));
  await using serving = await serve(app);
  process.stdout.write(`
  Chat             ${serving.url}/  in a browser
  GraphQL API      ${serving.url}/graphql  (HTTP, server-sent events, WebSocket)
  GraphiQL         ${serving.url}/graphql  in a browser
  Schema           ${serving.url}/schema.graphql
  Start a client   npm run chat -- --url ${serving.url}

Parley listens on ${serving.url}
`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => resolve());
  });
  app.log.info('stopping');
  // What hangs until then, such as a database that does not answer, is left as it is.
  setTimeout(() => process.exit(), STOP_WITHIN_MS).unref();
}

try {
  await main();
} catch (error) {
  const expected = error instanceof ConfigError || error instanceof StoreError || isSystemError(error);
  process.stderr.write(
    `Parley cannot start. ${expected ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exitCode = 1;
}

/** Such as a port that is taken or a folder that cannot be written: the message says it, a stack adds nothing. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}
