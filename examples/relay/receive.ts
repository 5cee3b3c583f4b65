// Shows each message once, with Relay.
// Usage: node receive.ts [URL] [USERNAME] [PASSWORD] [PEER]
import { requestSubscription } from 'relay-runtime';
import Acknowledge from './__generated__/chatAcknowledgeMutation.graphql.ts';
import Login, { type chatLoginMutation } from './__generated__/chatLoginMutation.graphql.ts';
import Mail, { type chatMailSubscription } from './__generated__/chatMailSubscription.graphql.ts';
import Send, { type chatSendMutation } from './__generated__/chatSendMutation.graphql.ts';
import { connect, mutate } from './environment.ts';

const [url = 'http://localhost:4000', username = 'alice', password = 'correct-horse', to = 'bob'] =
  process.argv.slice(2);
const credentials = { username, password, ifOnline: 'JOIN' } as const;
const { login } = await mutate<chatLoginMutation>(connect(url), Login, credentials);
if (!login.token) throw new Error(login.message);
const environment = connect(url, { authorization: `Bearer ${login.token}` });

// After a reconnect graphql-ws sends again what got no answer. With an id it stays one message.
const hello = { to, text: 'Hello!', clientMessageId: crypto.randomUUID() };
const { sendMessage } = await mutate<chatSendMutation>(environment, Send, hello);
if (sendMessage.message) console.log(`Not sent: ${sendMessage.message}`);

let shown = 0;
let acknowledged: Promise<unknown> = Promise.resolve();
requestSubscription<chatMailSubscription>(environment, {
  subscription: Mail,
  variables: {},
  onNext(data) {
    const { position, senderUsername, text } = data?.messageReceived ?? {};
    if (!position) return;
    // After a reconnect, what was not acknowledged comes again.
    if (position > shown) console.log(`${position} ${senderUsername}: ${text}`);
    shown = Math.max(shown, position);
    acknowledged = acknowledged.then(() => mutate(environment, Acknowledge, { through: position }));
  },
  onError: console.error,
});
