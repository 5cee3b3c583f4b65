// Shows each message once, with graphql-sse.
// Usage: node graphql-sse.ts [URL] [USERNAME] [PASSWORD] [PEER]
import { createClient } from 'graphql-sse';
import { ACKNOWLEDGE, LOGIN, RECEIVE, type Received, SEND } from './operations.ts';

const [url = 'http://localhost:4000', username = 'alice', password = 'correct-horse', to = 'bob'] =
  process.argv.slice(2);
const headers: Record<string, string> = {};
const client = createClient({
  url: `${url}/graphql`,
  headers: () => headers,
  retryAttempts: Number.POSITIVE_INFINITY, // By default it gives up after five.
});
const run = async (query: string, input: object) =>
  (await client.iterate({ query, variables: { input } }).next()).value.data;

const { login } = await run(LOGIN, { username, password, ifOnline: 'JOIN' });
if (login.message) throw new Error(login.message);
headers.authorization = `Bearer ${login.token}`;

// graphql-sse sends again what got no answer. With an id it stays one message.
const hello = { to, text: 'Hello!', clientMessageId: crypto.randomUUID() };
const { sendMessage } = await run(SEND, hello);
if (sendMessage.message) console.log(`Not sent: ${sendMessage.message}`);

let shown = 0;
for await (const { data, errors } of client.iterate<Received>({ query: RECEIVE })) {
  if (!data) throw new Error(errors?.[0]?.message); // The session has ended: log in again.
  const { position, senderUsername, text } = data.messageReceived;
  // After a reconnect, what was not acknowledged comes again.
  if (position > shown) console.log(`${position} ${senderUsername}: ${text}`);
  shown = Math.max(shown, position);
  await run(ACKNOWLEDGE, { through: position });
}
