import type { Dialect } from './dialect.ts';

/** The frames of `peers/relay.ts`. */
export const relay: Dialect = {
  url: (base, token) => `${base}/?${token}`,
  greet: () => '',
  send: (n, to, text) => JSON.stringify({ n, to, text }),
  read(frame) {
    const { n, position, text } = JSON.parse(frame);
    return n === undefined ? { position, text } : { answerTo: n };
  },
};
