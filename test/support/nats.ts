import { onTestFinished } from 'vitest';
import { type NatsServer, startNats } from './nats-server.ts';

export { hasNats } from './nats-server.ts';

/** Starts a NATS server on a free port. It ends with the test. */
export async function newNats(flags: readonly string[] = []): Promise<NatsServer> {
  const nats = await startNats(flags);
  onTestFinished(nats.kill);
  return nats;
}
