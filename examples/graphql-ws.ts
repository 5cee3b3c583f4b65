// Shows each message once, with graphql-ws.
// Usage: node graphql-ws.ts [URL] [USERNAME] [PASSWORD] [PEER]
import type { Client } from 'graphql-ws';
import { ACKNOWLEDGE, LOGIN, RECEIVE, type Received, SEND } from './operations.ts';
import { openSocket } from './socket.ts';

const [url = 'http://localhost:4000', username = 'alice', password = 'correct-horse', to = 'bob'] =
  process.argv.slice(2);
const run = async (client: Client, query: string, input: object) =>
  (await client.iterate({ query, variables: { input } }).next()).value.data;

const { login } = await run(openSocket(url), LOGIN, { username, password, ifOnline: 'JOIN' });
if (login.message) throw new Error(login.message);
const client = openSocket(url, { authorization: `Bearer ${login.token}` });

// After a reconnect graphql-ws sends again what got no answer. With an id it stays one message.
const hello = { to, text: 'Hello!', clientMessageId: crypto.randomUUID() };
const { sendMessage } = await run(client, SEND, hello);
if (sendMessage.message) console.log(`Not sent: ${sendMessage.message}`);

let shown = 0;
for await (const { data } of client.iterate<Received>({ query: RECEIVE })) {
  const { position, senderUsername, text } = (data as Received).messageReceived;
  // After a reconnect, what was not acknowledged comes again.
  if (position > shown) console.log(`${position} ${senderUsername}: ${text}`);
  shown = Math.max(shown, position);
  await run(client, ACKNOWLEDGE, { through: position });
}
