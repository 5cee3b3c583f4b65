import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What is sent from one to another in every peer; each writes it into its own kind of frame. */
export interface Message {
  readonly id: string;
  readonly position: number;
  readonly to: string;
  readonly text: string;
  readonly sentAt: string;
  readonly senderUsername: string;
}

/** Numbers each mailbox's messages, as a server does that keeps nothing. */
export function counter(): (sender: string, to: string, text: string) => Message {
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
