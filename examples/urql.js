// Sends one message and shows each received one once, with urql.
// Usage: node urql.js URL USERNAME PASSWORD PEER
import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient } from 'graphql-ws';
import { toAsyncIterable } from 'wonka';

const LOGIN = `mutation Login($input: LoginInput!) {
  login(input: $input) { ... on LoginSuccess { token } ... on Error { message } } }`;
const SEND = `mutation Send($input: SendMessageInput!) {
  sendMessage(input: $input) { ... on Error { message } } }`;
const ACKNOWLEDGE = `mutation Acknowledge($input: AcknowledgeMessagesInput!) {
  acknowledgeMessages(input: $input) { __typename } }`;
const RECEIVE = 'subscription Receive { messageReceived { position senderUsername text } }';

const [url, username, password, to] = process.argv.slice(2);
const session = {};
const socket = createClient({
  url: url.replace('http', 'ws'),
  connectionParams: session,
  retryAttempts: Infinity,
  retryWait: () => new Promise((retry) => setTimeout(retry, Math.random() * 5_000)),
  shouldRetry: ({ code }) => code !== 4403, // The session has ended.
});
const forwardSubscription = (operation) => ({
  subscribe: (sink) => ({ unsubscribe: socket.subscribe(operation, sink) }),
});
const isSubscriptionOperation = () => 'authorization' in session; // All but the login.
const overSocket = subscriptionExchange({ forwardSubscription, isSubscriptionOperation });
const client = new Client({ url, exchanges: [overSocket, fetchExchange] });
// Resolves with what the one field returns, or an error. A refusal has a message too.
const run = (mutation, input) =>
  client.mutation(mutation, { input }).then(({ data, error }) => error ?? Object.values(data)[0]);

const login = await run(LOGIN, { username, password, ifOnline: 'JOIN' });
if (login.message) throw new Error(login.message);
session.authorization = `Bearer ${login.token}`;
// graphql-ws repeats it until there is an answer. With an id it stays one message.
const sent = await run(SEND, { to, text: 'Hello!', clientMessageId: crypto.randomUUID() });
if (sent.message) console.log(`Not sent: ${sent.message}`);
let shown = 0;
for await (const { data, error } of toAsyncIterable(client.subscription(RECEIVE, {}))) {
  if (error) throw error; // The session has ended: log in again.
  const { position, senderUsername, text } = data.messageReceived;
  // After a reconnect, what was not acknowledged comes again.
  if (position > shown) console.log(`${position} ${senderUsername}: ${text}`);
  shown = Math.max(shown, position);
  await run(ACKNOWLEDGE, { through: shown });
}
