/**
 * For a test that times a server: what holds up a busy machine for a second looks the same as a slow
 * server, but not three times in a row.
 */
export const TIMED = { retry: 2 };
