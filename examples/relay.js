// Sends one message and shows each received one once, with Relay.
// Usage: node relay.js URL USERNAME PASSWORD PEER
import { createClient } from 'graphql-ws';
import * as relay from 'relay-runtime';

// Loads what relay-compiler made of a document. Relay's plugin for Babel does so at build time.
const graphql = ([text]) => import(`./__generated__/${text.match(/relay\w+/)}.graphql.js`);
const Login = await graphql`mutation relayLoginMutation($input: LoginInput!) {
  login(input: $input) { ... on LoginSuccess { token } ... on Error { message } } }`;
const Send = await graphql`mutation relaySendMutation($input: SendMessageInput!) {
  sent: sendMessage(input: $input) { ... on Error { message } } }`;
const Acknowledge = await graphql`mutation relayAcknowledgeMutation(
  $input: AcknowledgeMessagesInput!) { acknowledgeMessages(input: $input) { __typename } }`;
const subscription = await graphql`subscription relayReceiveSubscription {
  messageReceived { position senderUsername text } }`;

const [url, username, password, to] = process.argv.slice(2);
const session = {};
const socket = createClient({
  url: url.replace('http', 'ws'),
  connectionParams: session, // The socket closes after the login, and opens again with the token.
  retryAttempts: Infinity,
  retryWait: () => new Promise((retry) => setTimeout(retry, Math.random() * 5_000)),
  shouldRetry: ({ code }) => code !== 4403, // The session has ended.
});
const execute = ({ text: query }, variables) =>
  relay.Observable.create((sink) => socket.subscribe({ query, variables }, sink));
const client = new relay.Environment({ network: relay.Network.create(execute, execute) });
const run = (mutation, input) =>
  new Promise((onCompleted, onError) => {
    relay.commitMutation(client, { mutation, variables: { input }, onCompleted, onError });
  });

const { login } = await run(Login, { username, password, ifOnline: 'JOIN' });
if (login.message) throw new Error(login.message);
session.authorization = `Bearer ${login.token}`;
// graphql-ws repeats it until there is an answer. With an id it stays one message.
const { sent } = await run(Send, { to, text: 'Hello!', clientMessageId: crypto.randomUUID() });
if (sent.message) console.log(`Not sent: ${sent.message}`);
let shown = 0;
let last = Promise.resolve();
function onNext({ messageReceived: { position, senderUsername, text } }) {
  // After a reconnect, what was not acknowledged comes again.
  if (position > shown) console.log(`${position} ${senderUsername}: ${text}`);
  shown = Math.max(shown, position);
  last = last.then(() => run(Acknowledge, { through: position })).catch(console.error);
}
relay.requestSubscription(client, { subscription, variables: {}, onNext, onError: console.error });
