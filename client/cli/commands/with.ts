import { onlyWord, trimmed } from '../arguments.ts';
import type { CliContext } from '../context.ts';
import { lastMessages, unreadOf } from '../conversation-queries.ts';
import { Failure } from '../errors.ts';
import { marked } from '../event.ts';
import type { CliSession } from '../session.ts';
import { define } from './command.ts';

/** How many messages a conversation opens with, unless more are unread. */
const FEW = 10;
const MOST = 100;

export const withCommand = define({
  name: 'with',
  aliases: ['query'],
  usage: 'with [USER]',
  help: 'talk to USER: a line is a message, /VERB a command',
  details:
    'It shows the last messages. What is shown in a conversation counts as read. A line that starts with // is a message that starts with one slash. Without USER it leaves the conversation.',
  needs: [],
  takes: ['with'],
  parse(rest) {
    return trimmed(rest) === '' ? {} : { with: onlyWord(rest, this.usage) };
  },
  needsLogin: true,
  async run(context, { with: other }, session) {
    if (!context.interactive)
      throw new Failure('NoTerminal', 'with needs a terminal. Elsewhere: send USER TEXT…');
    if (other) await open(context, session, other);
    else leave(context, session);
  },
});

function leave({ current, say }: CliContext, session: CliSession): void {
  const { counterpart } = current;
  current.counterpart = undefined;
  session.watchTyping(undefined);
  const message = counterpart
    ? `You left the conversation with ${counterpart.username}. A line is a command again.`
    : 'You are in no conversation. Start one with: with USER';
  say({ event: 'note', message });
}

/** Shows the end of a conversation, marks it as read, and makes it the one that lines go to. */
async function open(context: CliContext, session: CliSession, other: string): Promise<void> {
  const { id, counterpartId, counterpartUsername, counterpart, unreadCount } = await unreadOf(
    context,
    session.token,
    other,
  );
  if (!counterpart)
    throw new Failure('AccountNotFoundError', `The account ${counterpartUsername} is deleted.`);
  const count = Math.min(Math.max(FEW, unreadCount), MOST);
  const messages = await lastMessages(context, session.token, counterpartId, count);
  for (const message of messages) context.say({ event: 'history', ...marked(message) });
  const last = messages.at(-1);
  context.current.counterpart = {
    id: counterpartId,
    conversationId: id,
    username: counterpartUsername,
    shownThrough: last?.id,
  };
  session.watchTyping(id);
  if (last && unreadCount > 0) session.markRead(counterpartId, last.id);
  const presence = counterpart.online ? 'online' : 'offline';
  context.say({
    event: 'note',
    message: `Talking to ${counterpartUsername} (${presence}). / lists the commands, /with leaves.`,
  });
  if (session.held > 0) context.say({ event: 'note', message: heldBack(session.held) });
}

/** Messages are acknowledged in order, so that new ones wait for those before them. */
const heldBack = (count: number): string =>
  `${count} received messages are not shown yet, and new ones wait for them: /deliver ${count}`;
