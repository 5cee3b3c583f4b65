import { once } from 'node:events';
import { connect } from 'node:net';
import { newSignal, until } from '../support/wait.ts';

/** How a client leaves: with FIN after what it sent, or with RST. */
export type Ending = 'end' | 'reset';

/** A TCP connection, for bytes that no HTTP client would send. */
export interface RawConnection {
  write(bytes: Uint8Array): void;
  /** The bytes received so far. */
  received(): Buffer;
  /** Resolves once the bytes received satisfy a condition, or the connection is closed. */
  receives(satisfies: (received: Buffer) => boolean): Promise<void>;
  /** Leaves, and resolves with all bytes received once the connection is closed. */
  leave(ending: Ending): Promise<Buffer>;
}

/** Connects to a local port. A connection that the server cuts is closed, and no error. */
export async function connectRaw(port: number): Promise<RawConnection> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const changed = newSignal();
  const chunks: Buffer[] = [];
  let over = false;
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      over = true;
      changed.notify();
      resolve();
    });
  });
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    changed.notify();
  });
  socket.on('end', () => socket.end());
  await once(socket, 'connect');
  const received = () => Buffer.concat(chunks);
  return {
    write: (bytes) => void (socket.writable && socket.write(bytes)),
    received,
    receives: (satisfies) => until(changed, () => over || satisfies(received())),
    async leave(ending) {
      if (ending === 'reset') socket.resetAndDestroy();
      else socket.end();
      await closed;
      return received();
    },
  };
}

/** Sends bytes on a new connection, leaves, and resolves with the bytes received. */
export async function exchange(port: number, bytes: Uint8Array, ending: Ending): Promise<Buffer> {
  const connection = await connectRaw(port);
  connection.write(bytes);
  return connection.leave(ending);
}

/** Encodes an HTTP request. Adds no header and checks nothing. */
export function request(
  method: string,
  target: string,
  headers: readonly (readonly [name: string, value: string])[],
  body: Uint8Array = Buffer.alloc(0),
): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.concat([
    Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines}\r\n`, 'latin1'),
    body,
  ]);
}

/** A valid WebSocket handshake for GraphQL. */
export const HANDSHAKE = request('GET', '/graphql', [
  ['Host', '127.0.0.1'],
  ['Connection', 'Upgrade'],
  ['Upgrade', 'websocket'],
  ['Sec-WebSocket-Version', '13'],
  ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
  ['Sec-WebSocket-Protocol', 'graphql-transport-ws'],
]);

/** The operation codes of RFC 6455, section 5.2. */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface FrameOptions {
  readonly opcode?: number;
  /** @default true */
  readonly final?: boolean;
  /** The three reserved bits, 0 to 7; 4 marks a compressed payload. @default 0 */
  readonly reserved?: number;
  /** RFC 6455 requires it of clients. @default true */
  readonly masked?: boolean;
  /** The length in the header. @default the payload's */
  readonly length?: number;
}

/** Encodes a WebSocket frame of a client, valid or not. */
export function frame(
  payload: string | Uint8Array,
  { opcode = OPCODE.text, final = true, reserved = 0, masked = true, length }: FrameOptions = {},
): Buffer {
  const data = Buffer.from(payload);
  const declared = length ?? data.length;
  const head = Buffer.alloc(declared < 126 ? 2 : declared < 65_536 ? 4 : 10);
  head[0] = (final ? 0x80 : 0) | (reserved << 4) | opcode;
  const mark = masked ? 0x80 : 0;
  if (declared < 126) head[1] = mark | declared;
  else if (declared < 65_536) {
    head[1] = mark | 126;
    head.writeUInt16BE(declared, 2);
  } else {
    head[1] = mark | 127;
    head.writeBigUInt64BE(BigInt(declared), 2);
  }
  if (!masked) return Buffer.concat([head, data]);
  const mask = Buffer.from([0x12, 0x34, 0x56, 0x78]);
  return Buffer.concat([head, mask, data.map((byte, index) => byte ^ Number(mask[index % 4]))]);
}

/** Encodes a message of graphql-transport-ws as a frame. */
export const message = (content: unknown): Buffer => frame(JSON.stringify(content) ?? 'undefined');

export interface ServerFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** Decodes the frames after the response to a handshake. This server never masks or fragments. */
export function framesIn(received: Buffer): ServerFrame[] {
  const frames: ServerFrame[] = [];
  let at = received.indexOf('\r\n\r\n') + 4;
  if (at < 4) return frames;
  while (at + 2 <= received.length) {
    const declared = Number(received[at + 1]);
    const start = at + (declared < 126 ? 2 : declared === 126 ? 4 : 10);
    if (start > received.length) break;
    const length =
      declared < 126
        ? declared
        : declared === 126
          ? received.readUInt16BE(at + 2)
          : Number(received.readBigUInt64BE(at + 2));
    if (start + length > received.length) break;
    frames.push({
      opcode: Number(received[at]) & 0xf,
      payload: received.subarray(start, start + length),
    });
    at = start + length;
  }
  return frames;
}

/** The code of the server's close frame; undefined without one. */
export function closeCode(received: Buffer): number | undefined {
  const close = framesIn(received).find(({ opcode }) => opcode === OPCODE.close);
  return close && close.payload.length >= 2 ? close.payload.readUInt16BE(0) : undefined;
}
