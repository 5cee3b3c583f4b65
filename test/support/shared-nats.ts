import type { TestProject } from 'vitest/node';
import { hasNats, startNats } from './nats-server.ts';

/** Starts one NATS server for all tests of a project, or says that there is none. */
export default async function shareNats({ provide }: TestProject): Promise<() => Promise<void>> {
  if (!hasNats) {
    console.log(
      'nats-server is not installed: the tests of several servers over NATS are skipped.',
    );
    return async () => {};
  }
  const nats = await startNats();
  provide('bell', nats.url);
  return nats.kill;
}
