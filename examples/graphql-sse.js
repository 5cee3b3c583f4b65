// Sends one message and shows each received one once, with graphql-sse.
// Usage: node graphql-sse.js URL USERNAME PASSWORD PEER
import { createClient } from 'graphql-sse';

const LOGIN = `mutation Login($input: LoginInput!) {
  login(input: $input) { ... on LoginSuccess { token } ... on Error { message } } }`;
const SEND = `mutation Send($input: SendMessageInput!) {
  sendMessage(input: $input) { ... on Error { message } } }`;
const ACKNOWLEDGE = `mutation Acknowledge($input: AcknowledgeMessagesInput!) {
  acknowledgeMessages(input: $input) { __typename } }`;
const RECEIVE = 'subscription Receive { messageReceived { position senderUsername text } }';

const [url, username, password, to] = process.argv.slice(2);
const headers = {};
const retry = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 5_000));
const client = createClient({ url, headers, retryAttempts: Infinity, retry });
// Resolves with what the one field returns, or an error. A refusal has a message too.
async function run(query, input) {
  const { value } = await client.iterate({ query, variables: { input } }).next();
  return (value.errors ?? Object.values(value.data))[0];
}

const login = await run(LOGIN, { username, password, ifOnline: 'JOIN' });
if (login.message) throw new Error(login.message);
headers.authorization = `Bearer ${login.token}`;
// graphql-sse repeats it until there is an answer. With an id it stays one message.
const sent = await run(SEND, { to, text: 'Hello!', clientMessageId: crypto.randomUUID() });
if (sent.message) console.log(`Not sent: ${sent.message}`);
let shown = 0;
for await (const { data, errors } of client.iterate({ query: RECEIVE })) {
  if (errors) throw new Error(errors[0].message); // The session has ended: log in again.
  const { position, senderUsername, text } = data.messageReceived;
  // After a reconnect, what was not acknowledged comes again.
  if (position > shown) console.log(`${position} ${senderUsername}: ${text}`);
  shown = Math.max(shown, position);
  await run(ACKNOWLEDGE, { through: shown });
}
