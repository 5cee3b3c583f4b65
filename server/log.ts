import pino from 'pino';
import { isoTime } from '../schema/iso-time.ts';

/** Bytes of log lines that may wait for a slow reader of stderr. Further lines are dropped. */
const MAX_WAITING_BYTES = 1024 * 1024;
/** Lines of this level, pino's number of `warn`, and above are written at once. */
const AT_ONCE = 40;

export type Log = pino.Logger;

export interface LogOutput {
  readonly log: Log;
  /** The number of lines that could not be written to stderr. */
  droppedLines(): number;
}

/**
 * Logs JSON lines to stderr. They never contain a token, a password or the text of a message.
 *
 * The lines of one turn of the event loop share a system call, since there is one for each
 * operation. A warning, and what is worse, is written at once with the lines before it.
 *
 * A line that cannot be written is dropped and counted, since logging must not change an answer.
 * Node writes to a file at once, and to a pipe as much as the pipe takes; the rest waits without
 * blocking the thread.
 * `mixin` returns what else each line says.
 */
export function openLog(level: string, mixin?: () => object): LogOutput {
  let dropped = 0;
  let lines: string[] = [];

  function writeLines(): void {
    const { length } = lines;
    if (length === 0) return;
    const text = lines.join('');
    lines = [];
    if (process.stderr.writableLength > MAX_WAITING_BYTES) {
      dropped += length;
      return;
    }
    process.stderr.write(text, (error) => {
      if (error) dropped += length;
    });
  }

  const output = {
    // Asks pino for the level of each line.
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string) {
      if (lines.length === 0) setImmediate(writeLines);
      lines.push(line);
      if (this.lastLevel >= AT_ONCE) writeLines();
    },
  };
  const timestamp = () => `,"time":"${isoTime(Date.now())}"`;
  return {
    log: pino({ level, base: null, timestamp, mixin }, output),
    droppedLines: () => dropped,
  };
}
