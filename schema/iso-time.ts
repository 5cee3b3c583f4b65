let lastMs = 0;
let lastText = new Date(lastMs).toISOString();

/**
 * Returns a time, in milliseconds since 1970, as in 2026-01-31T12:00:00.000Z. The last text is kept,
 * since the messages of a batch have the same time, and so do many log lines.
 */
export function isoTime(ms: number): string {
  if (ms !== lastMs) {
    lastText = new Date(ms).toISOString();
    lastMs = ms;
  }
  return lastText;
}
