import { randomUUID } from 'node:crypto';

/** A received frame: the answer to an operation, a message, or a frame that needs a reply. */
export type Arrival =
  | { readonly answerTo: number }
  | { readonly position: number }
  | { readonly reply: string }
  | 'greeted'
  | undefined;

/** What clients do besides sending and receiving. */
export interface Habits {
  /** Gives each message a `clientMessageId`. */
  readonly ids?: boolean;
  /** Acknowledges each message as it arrives. */
  readonly acknowledges?: boolean;
}

/** The frames of one kind of server, as text: no client library is involved. */
export interface Dialect {
  /** The URL of a user's socket, and its subprotocol. */
  url(base: string, token: string): string;
  readonly protocol?: string;
  /** The first frame on a socket, and the second one on a receiver's. */
  greet(token: string): string;
  readonly subscribe?: string;
  send(number: number, to: string, text: string): string;
  /** The body of an HTTP request that sends a message. */
  body?(to: string, text: string): string;
  /** The frame that acknowledges a mailbox up to a position. */
  acknowledge?(number: number, position: number): string;
  read(frame: string): Arrival;
}

const RECEIVE = 'subscription { messageReceived { id position text sentAt senderUsername } }';
const ACKNOWLEDGE =
  'mutation Acknowledge($input: AcknowledgeMessagesInput!) { acknowledgeMessages(input: $input) { __typename } }';
const SEND = (success: string) =>
  `mutation Send($input: SendMessageInput!) { sendMessage(input: $input) { ${success} } }`;

/** GraphQL over WebSocket, with the subprotocol graphql-transport-ws. */
export const graphql = (
  success: string,
  { ids = false, acknowledges = false }: Habits = {},
): Dialect => {
  const query = SEND(success);
  const operation = (number: number, query: string, input: object) =>
    JSON.stringify({
      id: String(number),
      type: 'subscribe',
      payload: { query, variables: { input } },
    });
  return {
    url: (base) => `${base.replace('http', 'ws')}/graphql`,
    protocol: 'graphql-transport-ws',
    greet: (token) => `{"type":"connection_init","payload":{"authorization":"Bearer ${token}"}}`,
    subscribe: JSON.stringify({ id: 'r', type: 'subscribe', payload: { query: RECEIVE } }),
    send: (number, to, text) =>
      operation(number, query, { to, text, ...(ids && { clientMessageId: randomUUID() }) }),
    body: (to, text) =>
      JSON.stringify({
        query,
        variables: { input: { to, text, ...(ids && { clientMessageId: randomUUID() }) } },
      }),
    ...(acknowledges && {
      acknowledge: (number, through) => operation(number, ACKNOWLEDGE, { through }),
    }),
    read(frame) {
      const { type, id, payload } = JSON.parse(frame);
      if (type === 'connection_ack') return 'greeted';
      if (type === 'ping') return { reply: '{"type":"pong"}' };
      if (type === 'complete') return undefined;
      if (type !== 'next' || payload.errors) throw new Error(frame);
      if (id === 'r') return payload.data.messageReceived;
      const [result] = Object.values(payload.data);
      if (Object(result).__typename?.endsWith('Error')) throw new Error(frame);
      return { answerTo: Number(id) };
    },
  };
};

/** The frames of `peers/relay.ts`. */
export const relay: Dialect = {
  url: (base, token) => `${base.replace('http', 'ws')}/?${token}`,
  greet: () => '',
  send: (n, to, text) => JSON.stringify({ n, to, text }),
  read(frame) {
    const { n, position } = JSON.parse(frame);
    return n === undefined ? { position } : { answerTo: n };
  },
};

/** Socket.IO over WebSocket. A frame starts with packet types and the acknowledgement id. */
export const socketIo: Dialect = {
  url: (base) => `${base.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`,
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
