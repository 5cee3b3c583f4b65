import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * The network between a client and a server, or between a server and its database, which can fail
 * as networks do.
 */
export interface FlakyProxy {
  /** Where the server is for one who goes through the proxy. */
  readonly url: string;
  /** Breaks every connection; new ones are refused until it is mended. */
  cut(): void;
  restore(): void;
  /** Lets nothing more through from the server, as if the connection were about to break. */
  dropResponses(): void;
  /**
   * Lets nothing more through either way, and breaks nothing: a network that swallows what it is
   * given.
   */
  dropPackets(): void;
}

/** Lays a proxy to a server; it is taken up when the test has finished. */
export async function newFlakyProxy(to: string): Promise<FlakyProxy> {
  const { hostname, port } = new URL(to);
  const sockets = new Set<Socket>();
  let whole = true;
  let losing = false;
  let swallowing = false;

  const ends = createServer((client) => {
    const server = connect(Number(port), hostname);
    for (const socket of [client, server]) {
      sockets.add(socket);
      // What breaks here is broken for both sides.
      socket
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(socket);
          client.destroy();
          server.destroy();
        });
    }
    if (!whole) return client.resetAndDestroy();
    client.on('data', (data) => swallowing || server.write(data));
    server.on('data', (data) => losing || swallowing || client.write(data));
  }).listen(0, '127.0.0.1');
  await once(ends, 'listening');

  const cut = (): void => {
    whole = false;
    losing = false;
    for (const socket of sockets) socket.resetAndDestroy();
  };
  onTestFinished(() => {
    cut();
    ends.close();
  });
  return {
    url: to.replace(`${hostname}:${port}`, `127.0.0.1:${(ends.address() as AddressInfo).port}`),
    cut,
    restore() {
      // What was swallowed would be missing from what goes through now.
      if (swallowing) cut();
      swallowing = false;
      whole = true;
    },
    dropResponses() {
      losing = true;
    },
    dropPackets() {
      swallowing = true;
    },
  };
}
