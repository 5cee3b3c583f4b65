import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A TCP proxy before a server or a database, which can fail as networks do. */
export interface FlakyProxy {
  /** The server's URL with the address of the proxy. */
  readonly url: string;
  /** Resets every connection, and refuses new ones until `restore`. */
  cut(): void;
  restore(): void;
  /** Loses the next response that matches, with its connection. Resolves when it has done so. */
  loseResponse(pattern: RegExp): Promise<void>;
  /** Drops what the server sends, as just before a connection breaks. */
  dropResponses(): void;
  /** Drops everything in both directions, and keeps the connections open. */
  dropPackets(): void;
}

/** Opens a proxy to the server at a URL. It closes when the test has finished. */
export async function newFlakyProxy(to: string): Promise<FlakyProxy> {
  const { hostname, port } = new URL(to);
  const sockets = new Set<Socket>();
  let connected = true;
  let droppingResponses = false;
  let droppingPackets = false;
  let losing: { pattern: RegExp; lost: () => void } | undefined;

  const listener = createServer((client) => {
    const server = connect(Number(port), hostname);
    for (const socket of [client, server]) {
      sockets.add(socket);
      // A connection that breaks on one side breaks on both.
      socket
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(socket);
          client.destroy();
          server.destroy();
        });
    }
    if (!connected) return client.resetAndDestroy();
    client.on('data', (data) => droppingPackets || server.write(data));
    server.on('data', (data) => {
      if (droppingResponses || droppingPackets) return;
      if (!losing?.pattern.test(String(data))) return client.write(data);
      losing.lost();
      losing = undefined;
      client.resetAndDestroy();
    });
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');

  const cut = (): void => {
    connected = false;
    droppingResponses = false;
    for (const socket of sockets) socket.resetAndDestroy();
  };
  onTestFinished(() => {
    cut();
    listener.close();
  });
  return {
    url: to.replace(`${hostname}:${port}`, `127.0.0.1:${(listener.address() as AddressInfo).port}`),
    cut,
    restore() {
      // Bytes were dropped, so these connections cannot continue.
      if (droppingPackets) cut();
      droppingPackets = false;
      connected = true;
    },
    loseResponse: (pattern) =>
      new Promise((lost) => {
        losing = { pattern, lost };
      }),
    dropResponses() {
      droppingResponses = true;
    },
    dropPackets() {
      droppingPackets = true;
    },
  };
}
