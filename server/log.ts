import pino from 'pino';

/** Bytes of log lines that may wait for a slow reader of stderr. Further lines are dropped. */
const MAX_WAITING_BYTES = 1024 * 1024;

export type Log = pino.Logger;

export interface LogOutput {
  readonly log: Log;
  /** The number of lines that could not be written to stderr. */
  droppedLines(): number;
}

/**
 * Logs JSON lines to stderr. They never contain a token, a password or the text of a message.
 *
 * A line that cannot be written is dropped and counted, since logging must not change an answer.
 * Node writes to a file at once, and to a pipe as much as the pipe takes; the rest waits without
 * blocking the thread.
 * `mixin` returns what else each line says.
 */
export function openLog(level: string, mixin?: () => object): LogOutput {
  let dropped = 0;
  const write = (line: string): void => {
    if (process.stderr.writableLength > MAX_WAITING_BYTES) {
      dropped += 1;
      return;
    }
    process.stderr.write(line, (error) => {
      if (error) dropped += 1;
    });
  };
  return {
    log: pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, mixin }, { write }),
    droppedLines: () => dropped,
  };
}
