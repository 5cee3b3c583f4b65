import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { readFrames } from './frames.ts';

/** A WebSocket that costs its own process little: no events, no copies, nothing to mask. */
export interface RawSocket {
  send(text: string): void;
  close(): void;
}

export interface SocketOptions {
  readonly url: string;
  readonly protocol?: string | undefined;
  onFrame(text: string): void;
  /** Called when the server closes the socket, or it breaks. */
  onEnd(error: Error): void;
}

const TEXT = 0x81;
const CLOSE = 0x88;
const PONG = 0x8a;
const MASKED = 0x80;

/** Opens a WebSocket, without extensions. */
export async function openSocket(options: SocketOptions): Promise<RawSocket> {
  const { hostname, port } = new URL(options.url);
  const stream = connect({ host: hostname, port: Number(port), noDelay: true });
  let closed = false;
  stream.on('error', options.onEnd);
  stream.on('close', () => closed || options.onEnd(new Error('A socket was closed.')));
  await once(stream, 'connect');
  stream.write(upgradeTo(options));
  const rest = await untilUpgraded(stream);
  const read = readFrames({
    text: options.onFrame,
    close: (code, reason) => closed || options.onEnd(new Error(`Closed with ${code} ${reason}.`)),
    ping: (payload) => void stream.write(frame(PONG, payload)),
  });
  const onData = (chunk: Buffer) => {
    // What these frames make us send leaves in one write.
    stream.cork();
    read(chunk);
    stream.uncork();
  };
  onData(rest);
  stream.on('data', onData);
  return {
    send: (text) => void stream.write(frame(TEXT, Buffer.from(text))),
    close() {
      closed = true;
      stream.end(frame(CLOSE, Buffer.alloc(0)));
    },
  };
}

function upgradeTo({ url, protocol }: SocketOptions): string {
  const { host, pathname, search } = new URL(url);
  const lines = [
    `GET ${pathname}${search} HTTP/1.1`,
    `Host: ${host}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${crypto.getRandomValues(Buffer.alloc(16)).toString('base64')}`,
    ...(protocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]),
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Reads the answer to the upgrade, and returns the bytes after it. */
async function untilUpgraded(stream: Socket): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (!head.includes('\r\n\r\n')) {
    const [chunk] = await once(stream, 'data');
    head = Buffer.concat([head, chunk]);
  }
  const end = head.indexOf('\r\n\r\n') + 4;
  if (!head.toString('latin1').startsWith('HTTP/1.1 101')) throw new Error(head.toString('latin1'));
  return head.subarray(end);
}

/** A frame whose mask is zero, so that masking changes nothing. The server unmasks it all the same. */
function frame(opcode: number, payload: Buffer): Buffer {
  const short = payload.length < 126;
  const head = Buffer.alloc(short ? 6 : 8);
  head[0] = opcode;
  head[1] = MASKED | (short ? payload.length : 126);
  if (!short) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}
