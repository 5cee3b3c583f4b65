// Sends one message and shows each received one once, with Apollo Client.
// Usage: node apollo.js URL USERNAME PASSWORD PEER
import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient } from 'graphql-ws';
import { concatMap } from 'rxjs';

const LOGIN = gql`mutation Login($input: LoginInput!) {
  login(input: $input) { ... on LoginSuccess { token } ... on Error { message } } }`;
const SEND = gql`mutation Send($input: SendMessageInput!) {
  sendMessage(input: $input) { ... on Error { message } } }`;
const ACKNOWLEDGE = gql`mutation Acknowledge($input: AcknowledgeMessagesInput!) {
  acknowledgeMessages(input: $input) { __typename } }`;
const RECEIVE = gql`subscription Receive { messageReceived { position senderUsername text } }`;

const [url, username, password, to] = process.argv.slice(2);
function connect(authorization) {
  const socket = createClient({
    url: url.replace('http', 'ws'),
    connectionParams: { authorization },
    retryAttempts: Infinity,
    retryWait: () => new Promise((retry) => setTimeout(retry, Math.random() * 5_000)),
    shouldRetry: ({ code }) => code !== 4403, // The session has ended.
  });
  return new ApolloClient({ link: new GraphQLWsLink(socket), cache: new InMemoryCache() });
}
// Resolves with what the one field returns, or an error. A refusal has a message too.
async function run(client, mutation, input) {
  // A cache that does not know the members of `Error` drops what `... on Error` selects.
  const options = { fetchPolicy: 'no-cache', errorPolicy: 'all' };
  const { data, error } = await client.mutate({ mutation, variables: { input }, ...options });
  return error ?? Object.values(data)[0];
}

const login = await run(connect(), LOGIN, { username, password, ifOnline: 'JOIN' });
if (login.message) throw new Error(login.message);
const client = connect(`Bearer ${login.token}`);
// graphql-ws repeats it until there is an answer. With an id it stays one message.
const sent = await run(client, SEND, { to, text: 'Hello!', clientMessageId: crypto.randomUUID() });
if (sent.message) console.log(`Not sent: ${sent.message}`);
let shown = 0;
async function show({ data, error }) {
  if (error) throw error; // The session has ended: log in again.
  const { position, senderUsername, text } = data.messageReceived;
  // After a reconnect, what was not acknowledged comes again.
  if (position > shown) console.log(`${position} ${senderUsername}: ${text}`);
  shown = Math.max(shown, position);
  await run(client, ACKNOWLEDGE, { through: shown });
}
client.subscribe({ query: RECEIVE }).pipe(concatMap(show)).subscribe();
