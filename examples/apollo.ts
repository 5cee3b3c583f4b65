// Shows each message once, with Apollo Client.
// Usage: node apollo.ts [URL] [USERNAME] [PASSWORD] [PEER]
import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { concatMap, lastValueFrom } from 'rxjs';
import { ACKNOWLEDGE, LOGIN, RECEIVE, type Received, type Results, SEND } from './operations.ts';
import { openSocket } from './socket.ts';

const [url = 'http://localhost:4000', username = 'alice', password = 'correct-horse', to = 'bob'] =
  process.argv.slice(2);
function connect(session?: { authorization: string }) {
  const link = new GraphQLWsLink(openSocket(url, session));
  return new ApolloClient({ link, cache: new InMemoryCache() });
}
async function run(client: ApolloClient, mutation: string, input: object) {
  // Without possibleTypes the cache would drop what `... on Error` selects.
  const options = { mutation: gql(mutation), variables: { input } };
  return (await client.mutate<Results>({ ...options, fetchPolicy: 'no-cache' })).data ?? {};
}

const { login } = await run(connect(), LOGIN, { username, password, ifOnline: 'JOIN' });
if (!login?.token) throw new Error(login?.message);
const client = connect({ authorization: `Bearer ${login.token}` });

// After a reconnect graphql-ws sends again what got no answer. With an id it stays one message.
const hello = { to, text: 'Hello!', clientMessageId: crypto.randomUUID() };
const { sendMessage } = await run(client, SEND, hello);
if (sendMessage?.message) console.log(`Not sent: ${sendMessage.message}`);

let shown = 0;
async function show({ data, error }: ApolloClient.SubscribeResult<Received>) {
  if (!data) throw error; // The session has ended: log in again.
  const { position, senderUsername, text } = data.messageReceived;
  // After a reconnect, what was not acknowledged comes again.
  if (position > shown) console.log(`${position} ${senderUsername}: ${text}`);
  shown = Math.max(shown, position);
  await run(client, ACKNOWLEDGE, { through: position });
}
await lastValueFrom(client.subscribe<Received>({ query: gql(RECEIVE) }).pipe(concatMap(show)));
