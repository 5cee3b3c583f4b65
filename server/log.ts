import pino from 'pino';

export type Log = pino.Logger;

/** Logs JSON lines on stderr. No token, password or text of a message ever goes into one. */
export const openLog = (level: string): Log =>
  pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ dest: 2, sync: true }));
