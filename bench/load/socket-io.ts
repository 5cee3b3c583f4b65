import type { Dialect } from './dialect.ts';

/** Socket.IO over WebSocket. A frame starts with packet types and the acknowledgement id. */
export const socketIo: Dialect = {
  url: (base) => `${base}/socket.io/?EIO=4&transport=websocket`,
  greet: (token) => `40${JSON.stringify({ username: token })}`,
  send: (number, to, text) => `42${number}${JSON.stringify(['send', { to, text }])}`,
  read(frame) {
    if (frame.startsWith('40')) return 'greeted';
    if (frame === '2') return { reply: '3' };
    if (frame.startsWith('42')) return JSON.parse(frame.slice(2))[1];
    if (frame.startsWith('43')) return { answerTo: Number.parseInt(frame.slice(2), 10) };
    return undefined;
  },
};
