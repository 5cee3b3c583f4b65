import { randomUUID } from 'node:crypto';

/** A frame that arrived: the answer to a numbered operation, a message, or a frame to reply to. */
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

/** How a kind of server is spoken to: frames as texts, without a client library in between. */
export interface Dialect {
  /** The address of a user's socket, and its subprotocol. */
  url(base: string, token: string): string;
  readonly protocol?: string;
  /** The frames that open a user's socket; the second only where it reads. */
  greet(token: string): string;
  readonly subscribe?: string;
  send(number: number, to: string, text: string): string;
  /** The body of an HTTP request that sends. */
  body?(to: string, text: string): string;
  /** The frame that acknowledges a mailbox through a position. */
  acknowledge?(number: number, position: number): string;
  read(frame: string): Arrival;
}

/** What a receiver asks of a message, and a sender of the answer. */
const RECEIVE = 'subscription { messageReceived { id position text sentAt senderUsername } }';
const ACKNOWLEDGE =
  'mutation Acknowledge($input: AcknowledgeMessagesInput!) { acknowledgeMessages(input: $input) { __typename } }';
const SEND = (success: string) =>
  `mutation Send($input: SendMessageInput!) { sendMessage(input: $input) { ${success} } }`;

/** GraphQL over WebSocket, as the subprotocol graphql-transport-ws has it. */
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

/** Socket.IO over a WebSocket: Engine.IO's packet type, then Socket.IO's, then an acknowledgement's number. */
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
