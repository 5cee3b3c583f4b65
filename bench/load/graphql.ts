import { randomUUID } from 'node:crypto';
import type { Dialect, Habits } from './dialect.ts';

const RECEIVE = 'subscription { messageReceived { id position text sentAt senderUsername } }';
const ACKNOWLEDGE = `mutation Acknowledge($input: AcknowledgeMessagesInput!) {
  acknowledgeMessages(input: $input) { __typename }
}`;

/** The answer of a peer, whose sendMessage cannot refuse. */
export const PEER_ANSWER = 'sentMessage { id }';
export const PARLEY_ANSWER = '__typename ... on SendMessageSuccess { sentMessage { id } }';

/** GraphQL over WebSocket, with the subprotocol graphql-transport-ws, and over HTTP. */
export function graphql(answer: string, { careful }: Habits): Dialect {
  const query = `mutation Send($input: SendMessageInput!) { sendMessage(input: $input) { ${answer} } }`;
  const input = (to: string, text: string) =>
    careful ? { to, text, clientMessageId: randomUUID() } : { to, text };
  return {
    url: (base) => `${base}/graphql`,
    protocol: 'graphql-transport-ws',
    greet: (token) => `{"type":"connection_init","payload":{"authorization":"Bearer ${token}"}}`,
    subscribe: operation('r', RECEIVE),
    send: (number, to, text) => operation(String(number), query, input(to, text)),
    acknowledge: (through) => operation(`a${through}`, ACKNOWLEDGE, { through }),
    read,
    body: (to, text) => JSON.stringify({ query, variables: { input: input(to, text) } }),
    checkBody: (body) => check(JSON.parse(body)),
  };
}

const operation = (id: string, query: string, input?: object): string =>
  JSON.stringify({ id, type: 'subscribe', payload: { query, variables: { input } } });

function read(frame: string): ReturnType<Dialect['read']> {
  const { type, id, payload } = JSON.parse(frame);
  if (type === 'connection_ack') return 'greeted';
  if (type === 'ping') return { reply: '{"type":"pong"}' };
  if (type === 'complete' && id !== 'r') return undefined;
  if (type !== 'next') throw new Error(frame);
  check(payload);
  if (id === 'r') return payload.data.messageReceived;
  return id.startsWith('a') ? { acknowledged: Number(id.slice(1)) } : { answerTo: Number(id) };
}

/** A server refused an operation, as one that has too much to do may. */
export class Refusal extends Error {}

function check({ data, errors }: { data?: object; errors?: unknown }): void {
  const [field] = Object.values(data ?? {});
  if (errors || field?.__typename?.endsWith('Error'))
    throw new Refusal(JSON.stringify(errors ?? field));
}
