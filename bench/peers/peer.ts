import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message, as all peers store it. Each has its own kind of frame for it. */
export interface Message {
  readonly id: string;
  readonly position: number;
  readonly to: string;
  readonly text: string;
  readonly sentAt: string;
  readonly senderUsername: string;
}

/** Numbers the messages of each mailbox, in memory. */
export function newCounter(): (sender: string, to: string, text: string) => Message {
  const positions = new Map<string, number>();
  return (senderUsername, to, text) => {
    const position = (positions.get(to) ?? 0) + 1;
    positions.set(to, position);
    const sentAt = new Date().toISOString();
    return { id: crypto.randomUUID(), position, to, text, sentAt, senderUsername };
  };
}

/** Listens on a free port, and prints the line that the benchmark waits for. */
export function listen(server: Server = createServer()): Server {
  return server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    process.stdout.write(`Parley listens on http://127.0.0.1:${port}\n`);
  });
}
