import pino from 'pino';

export type Log = pino.Logger;

/** Lines that may wait for a reader of stderr who is slow, in bytes. What comes then is dropped. */
const MAX_WAITING_BYTES = 1024 * 1024;

let dropped = 0;

/** How many lines this process could not write to stderr. */
export const droppedLines = (): number => dropped;

// Without a listener a full disk, or a reader who has gone, would end the process.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

/**
 * Writes a line to stderr, or drops and counts it: a log that cannot be written must not change an
 * answer. Node writes to a file at once, and to a pipe as far as it takes it; the rest waits
 * without blocking the thread.
 */
function write(line: string): void {
  if (process.stderr.writableLength > MAX_WAITING_BYTES) {
    dropped += 1;
    return;
  }
  process.stderr.write(line, (error) => {
    if (error) dropped += 1;
  });
}

/** Logs JSON lines on stderr. No token, password or text of a message ever goes into one. */
export const openLog = (level: string): Log =>
  pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write });
