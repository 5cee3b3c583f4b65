import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * Opens a TCP connection to a server, to send bytes that no HTTP client would. Errors only show as
 * `close`.
 */
export async function openConnection(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).on('error', () => {});
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** Resolves when a connection has closed or was reset. */
export const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => socket.once('close', () => resolve()));

/** Sends bytes, and resolves with everything received once the server closes the connection. */
export async function exchange(url: string, bytes: string): Promise<string> {
  const socket = await openConnection(url);
  let received = '';
  socket.on('data', (data) => {
    received += data;
  });
  socket.write(bytes);
  await closed(socket);
  return received;
}

/** An HTTP/1.1 request with `Connection: close`. */
export const request = (line: string, headers: readonly string[] = [], body = ''): string =>
  [`${line} HTTP/1.1`, 'Host: 127.0.0.1', 'Connection: close', ...headers, '', body].join('\r\n');

/** The status of a response. */
export const statusIn = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
