// Answers each message with its own text, and ends after COUNT of them: node echo-bot.ts URL
// USERNAME PASSWORD COUNT
import { connect, dataOf, Login, openInbox, openOutbox } from '@parley/client';

const [url = '', username = '', password = '', count = 'Infinity'] = process.argv.slice(2);
const credentials = { input: { username, password, ifOnline: 'JOIN' } } as const;
const { login } = await dataOf(connect({ url }).client.mutation(Login, credentials));
if (login.__typename !== 'LoginSuccess') throw new Error(login.error);

const { client, close } = connect({ url, token: login.token });
const outbox = openOutbox(client);
const { promise: done, resolve: finish } = Promise.withResolvers<void>();
let answered = 0;
const { deliveredThrough: after, pendingCount } = login.mailbox;
const inbox = openInbox(client, {
  after,
  pendingCount,
  // The message's own id makes its answer one answer, also when the bot itself starts again.
  async show({ id, senderUsername, text }) {
    await outbox.send(senderUsername, text, id);
    answered += 1;
    if (answered === Number(count)) finish();
  },
});
await done;
await inbox.settled();
close();
