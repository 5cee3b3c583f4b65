/** The frames that a reader hands over. Others are of no interest, and passed over. */
export interface FrameHandlers {
  text(payload: string): void;
  ping(payload: Buffer): void;
  close(code: number, reason: string): void;
}

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const EMPTY = Buffer.alloc(0);

/** Returns a function that takes the bytes of a server as they come, and hands over its frames. */
export function readFrames(handlers: FrameHandlers): (chunk: Buffer) => void {
  let rest: Buffer = EMPTY;
  return (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    for (let frame = frameAt(bytes, at); frame !== undefined; frame = frameAt(bytes, at)) {
      const { opcode, start, end } = frame;
      if (opcode === TEXT) handlers.text(bytes.toString('utf8', start, end));
      else if (opcode === CLOSE && end >= start + 2)
        handlers.close(bytes.readUInt16BE(start), bytes.toString('utf8', start + 2, end));
      else if (opcode === PING) handlers.ping(bytes.subarray(start, end));
      at = end;
    }
    rest = at === bytes.length ? EMPTY : bytes.subarray(at);
  };
}

/** Where a whole, unfragmented frame lies; undefined while a part of it is missing. */
function frameAt(bytes: Buffer, at: number) {
  const size = payloadSize(bytes, at);
  if (size === undefined) return undefined;
  const start = at + 2 + size.bytes;
  const end = start + size.length;
  return end <= bytes.length ? { opcode: (bytes[at] ?? 0) & 15, start, end } : undefined;
}

/** The length of a payload, and how many bytes hold it besides the usual one (RFC 6455, 5.2). */
function payloadSize(bytes: Buffer, at: number): { bytes: number; length: number } | undefined {
  if (bytes.length < at + 2) return undefined;
  const length = (bytes[at + 1] ?? 0) & 127;
  if (length < 126) return { bytes: 0, length };
  const more = length === 126 ? 2 : 8;
  if (bytes.length < at + 2 + more) return undefined;
  return {
    bytes: more,
    length: more === 2 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2)),
  };
}
