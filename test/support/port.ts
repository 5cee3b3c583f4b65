import { once } from 'node:events';
import { createServer } from 'node:net';

/** From here on, each worker has ports of its own. Linux gives those from 32768 on to anyone. */
const FIRST = 10_000;
const PORTS_OF_WORKER = 1_000;
const MAX_WORKERS = 22;

const own = FIRST + (Number(process.env.VITEST_POOL_ID ?? 0) % MAX_WORKERS) * PORTS_OF_WORKER;
let next = Math.floor(Math.random() * PORTS_OF_WORKER);

/**
 * Returns a TCP port that is free now, and that no other test takes while a server is killed and
 * started again there.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = own + next;
    next = (next + 1) % PORTS_OF_WORKER;
    const server = createServer();
    const isFree = once(server, 'listening').then(
      () => true,
      () => false,
    );
    server.listen(port, '127.0.0.1');
    if (!(await isFree)) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
