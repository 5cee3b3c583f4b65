import { once } from 'node:events';
import { createServer } from 'node:net';

/** Systems give ports from 32768 on to those who ask for any. None of these is given to another. */
const FIRST = 10_000;
/** Each process of a test run has as many of its own. */
const OWN = 1_000;

const own = FIRST + (Number(process.env.VITEST_POOL_ID ?? 0) % 22) * OWN;
let next = Math.floor(Math.random() * OWN);

/**
 * Returns a TCP port that is free now, and that no other test takes: not even while a server that
 * has it is killed and started again.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = own + next;
    next = (next + 1) % OWN;
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
