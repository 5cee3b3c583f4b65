// Answers each message with its own text, and ends after COUNT of them.
// Usage: node echo-bot.ts URL USERNAME PASSWORD COUNT
import { logIn } from '@parley/client';

const [url = '', username = '', password = '', count = 'Infinity'] = process.argv.slice(2);
let remaining = Number(count);

const session = await logIn({
  url,
  username,
  password,
  ifOnline: 'JOIN',
  async onMessage({ id, senderUsername, text }) {
    // With the message's id as the key, a restarted bot does not answer it twice.
    await session.send(senderUsername, text, id);
    remaining -= 1;
    if (remaining === 0) session.settled().then(session.close);
  },
});
