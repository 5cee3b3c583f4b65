import { overHttpAs } from '../core/connection.ts';
import { MarkRead } from '../core/documents/conversation.ts';
import { dataOf } from '../core/errors.ts';
import { accountsMatching } from './accounts.ts';
import type { Command } from './command.ts';
import {
  conversationsOf,
  conversationWith,
  counterpartsOf,
  lastMessages,
} from './conversations.ts';
import { notLoggedIn, refusal, wrongUsage } from './errors.ts';
import { marked } from './event.ts';
import { exportMessages } from './export.ts';
import { FIRST } from './session.ts';
import { firstWord, trimmed, wordsOf } from './words.ts';

/** What one does with messages and conversations. */
export const MESSAGE_COMMANDS: readonly Command[] = [
  {
    name: 'send',
    usage: 'send USER TEXT…',
    help: 'send a message, to somebody online or not',
    needsLogin: true,
    run(_chat, rest, session) {
      const [to, after] = firstWord(rest);
      // The blank that ends the name is not part of the text, and all that follows is.
      const text = after.slice(1);
      if (!to || text === '') throw wrongUsage(this.usage);
      session.send(to, text);
    },
  },
  {
    name: 'deliver',
    usage: 'deliver [N]',
    help: `show the next N of the messages that wait, ${FIRST} unless told`,
    needsLogin: true,
    run(_chat, rest, session) {
      const [count, ...more] = wordsOf(rest);
      if (more.length > 0) throw wrongUsage(this.usage);
      session.deliver(countIn(count, this.usage));
    },
  },
  {
    name: 'conversations',
    usage: 'conversations',
    help: 'with whom you have written, the latest first, and what is unread',
    needsLogin: true,
    async run(chat, _rest, { token }) {
      let count = 0;
      for await (const page of conversationsOf(chat, token)) {
        for (const {
          counterpart,
          counterpartId,
          counterpartUsername,
          unreadCount,
          lastMessage,
        } of page) {
          chat.say({
            event: 'conversation',
            with: counterpartUsername,
            id: counterpartId,
            online: counterpart?.online ?? null,
            deleted: counterpart === null,
            unread: unreadCount,
            lastMessage: marked(lastMessage),
          });
        }
        count += page.length;
      }
      chat.say({ event: 'listed', count, of: 'conversation' });
    },
  },
  {
    name: 'history',
    usage: 'history USER [N]',
    help: `your last N messages with USER, ${FIRST} unless told: · sent, ✓ delivered, ✓✓ read`,
    needsLogin: true,
    async run(chat, rest, { token }) {
      const [other, count, ...more] = wordsOf(rest);
      if (!other || more.length > 0) throw wrongUsage(this.usage);
      const messages = await lastMessages(chat, token, other, countIn(count, this.usage));
      for (const message of messages) chat.say({ event: 'history', ...marked(message) });
      chat.say({ event: 'listed', count: messages.length, of: 'message' });
    },
  },
  {
    name: 'read',
    usage: 'read USER',
    help: 'mark all from USER as read, and let them know; showing a message does not',
    needsLogin: true,
    async run(chat, rest, { token }) {
      const [other, ...more] = wordsOf(rest);
      if (!other || more.length > 0) throw wrongUsage(this.usage);
      const { counterpartUsername, counterpartId, unreadCount, lastMessage } =
        await conversationWith(chat, token, other);
      const input = { with: counterpartId, through: lastMessage.id };
      const { markRead } = await dataOf(
        chat.client.mutation(MarkRead, { input }, overHttpAs(token)),
      );
      if (markRead.__typename !== 'MarkReadSuccess') throw refusal(markRead);
      chat.say({ event: 'read', with: counterpartUsername, count: unreadCount });
    },
  },
  {
    name: 'who',
    usage: 'who [TERM]',
    help: 'who is online: of those you have written with, or of the accounts as in list',
    needsLogin: true,
    async run(chat, rest, { token }) {
      const term = trimmed(rest);
      let count = 0;
      for await (const page of term ? accountsMatching(chat, term) : counterpartsOf(chat, token)) {
        for (const { username, online } of page) {
          if (!online) continue;
          chat.say({ event: 'account', username, online });
          count += 1;
        }
      }
      chat.say({ event: 'listed', count, of: 'online' });
    },
  },
  {
    name: 'export',
    usage: 'export [FILE]',
    help: 'write all your messages as one JSON object a line, into a new file or here',
    // It shows nothing that waits: so what is piped away is what was asked for, and nothing counts
    // as delivered.
    needsLogin: false,
    async run(chat, rest) {
      const identity = chat.identity();
      if (!identity) throw notLoggedIn();
      await exportMessages(chat, identity.token, trimmed(rest));
    },
  },
];

function countIn(word: string | undefined, usage: string): number {
  if (word === undefined) return FIRST;
  if (!/^[1-9]\d*$/.test(word)) throw wrongUsage(usage);
  return Number(word);
}
