// Shows each message once, with urql.
// Usage: node urql.ts [URL] [USERNAME] [PASSWORD] [PEER]
import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { toAsyncIterable } from 'wonka';
import { ACKNOWLEDGE, LOGIN, RECEIVE, type Received, SEND } from './operations.ts';
import { openSocket } from './socket.ts';

const [url = 'http://localhost:4000', username = 'alice', password = 'correct-horse', to = 'bob'] =
  process.argv.slice(2);
function connect(fetchOptions: { headers?: { authorization: string } } = {}) {
  const socket = openSocket(url, fetchOptions.headers);
  const events = subscriptionExchange({
    forwardSubscription: ({ query = '', variables }) => ({
      subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables }, sink) }),
    }),
  });
  return new Client({ url: `${url}/graphql`, fetchOptions, exchanges: [fetchExchange, events] });
}

const input = { username, password, ifOnline: 'JOIN' };
const { data: result, error: failure } = await connect().mutation(LOGIN, { input });
if (failure) throw failure;
if (result.login.message) throw new Error(result.login.message);
const client = connect({ headers: { authorization: `Bearer ${result.login.token}` } });

// After a network error, send the same again. With an id it stays one message.
const hello = { to, text: 'Hello!', clientMessageId: crypto.randomUUID() };
const sent = await client.mutation(SEND, { input: hello });
if (sent.data?.sendMessage.message) console.log(`Not sent: ${sent.data.sendMessage.message}`);

let shown = 0;
for await (const { data, error } of toAsyncIterable(client.subscription<Received>(RECEIVE, {}))) {
  if (error || !data) throw error; // The session has ended: log in again.
  const { position, senderUsername, text } = data.messageReceived;
  // After a reconnect, what was not acknowledged comes again.
  if (position > shown) console.log(`${position} ${senderUsername}: ${text}`);
  shown = Math.max(shown, position);
  await client.mutation(ACKNOWLEDGE, { input: { through: position } });
}
