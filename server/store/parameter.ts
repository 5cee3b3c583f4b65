/**
 * A value as it is given to the database. PostgreSQL refuses a text with NUL, and SQLite's LIKE
 * ends a pattern there. Nothing that is stored contains one, so with U+FFFD in its place a search
 * finds nothing, on both engines.
 */
export const parameter = (value: unknown): unknown =>
  typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
