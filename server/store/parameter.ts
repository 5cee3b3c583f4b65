/**
 * Returns a value as passed to the database. PostgreSQL refuses a text with NUL, and SQLite's LIKE
 * ends a pattern there. No stored text has a NUL, so with U+FFFD instead a search finds nothing on
 * either engine.
 */
export const parameter = (value: unknown): unknown =>
  typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
