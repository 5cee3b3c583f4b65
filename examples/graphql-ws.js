// Sends one message and shows each received one once, with graphql-ws.
// Usage: node graphql-ws.js URL USERNAME PASSWORD PEER
import { createClient } from 'graphql-ws';

const LOGIN = `mutation Login($input: LoginInput!) {
  login(input: $input) { ... on LoginSuccess { token } ... on Error { message } } }`;
const SEND = `mutation Send($input: SendMessageInput!) {
  sendMessage(input: $input) { ... on Error { message } } }`;
const ACKNOWLEDGE = `mutation Acknowledge($input: AcknowledgeMessagesInput!) {
  acknowledgeMessages(input: $input) { __typename } }`;
const RECEIVE = 'subscription Receive { messageReceived { position senderUsername text } }';

const [url, username, password, to] = process.argv.slice(2);
const connect = (authorization) =>
  createClient({
    url: url.replace('http', 'ws'),
    connectionParams: { authorization },
    retryAttempts: Infinity,
    retryWait: () => new Promise((retry) => setTimeout(retry, Math.random() * 5_000)),
    shouldRetry: ({ code }) => code !== 4403, // The session has ended.
  });
// Resolves with what the one field returns, or an error. A refusal has a message too.
async function run(client, query, input) {
  const { value } = await client.iterate({ query, variables: { input } }).next();
  return (value.errors ?? Object.values(value.data))[0];
}

const login = await run(connect(), LOGIN, { username, password, ifOnline: 'JOIN' });
if (login.message) throw new Error(login.message);
const client = connect(`Bearer ${login.token}`);
// graphql-ws repeats it until there is an answer. With an id it stays one message.
const sent = await run(client, SEND, { to, text: 'Hello!', clientMessageId: crypto.randomUUID() });
if (sent.message) console.log(`Not sent: ${sent.message}`);
let shown = 0;
for await (const { data } of client.iterate({ query: RECEIVE })) {
  const { position, senderUsername, text } = data.messageReceived;
  // After a reconnect, what was not acknowledged comes again.
  if (position > shown) console.log(`${position} ${senderUsername}: ${text}`);
  shown = Math.max(shown, position);
  await run(client, ACKNOWLEDGE, { through: shown });
}
