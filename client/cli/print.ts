import { styleText } from 'node:util';
import type { Advance } from '../core/receipts.ts';
import { escapeControls, jsonLine } from './escape.ts';
import type { Event, Mark, TerminalEvent, Written } from './event.ts';

/** An event that is also reported without a terminal. */
export type PrintedEvent = Exclude<Event, TerminalEvent>;

/**
 * Formats an event as text or as one line of JSON, safe for a terminal whatever the network put
 * into it.
 */
export function format(event: PrintedEvent, json: boolean): string {
  if (json) return jsonLine(event);
  const safe = JSON.stringify(event, (_key, value) =>
    typeof value === 'string' ? escapeControls(value) : value,
  );
  return sentence(JSON.parse(safe));
}

function sentence(event: PrintedEvent): string {
  switch (event.event) {
    case 'message':
      return line(event, styleText('bold', event.from));
    case 'sentElsewhere':
      return line(event, `you → ${event.to}`);
    case 'history':
      return line(event, event.own ? `${markOf(event)} you` : styleText('bold', event.from));
    case 'found':
      return line(
        event,
        event.own ? `${markOf(event)} you → ${event.to}` : styleText('bold', event.from),
      );
    case 'blocked':
      return event.blocked
        ? `${event.username} is blocked: what ${event.username} sends is refused.`
        : `${event.username} is not blocked any more.`;
    case 'conversation':
      return conversation(event);
    case 'receipt':
      return receipt(event);
    case 'read':
      if (event.count === 0) return `No unread messages from ${event.with}.`;
      return `Marked ${counted(event.count, 'message')} from ${event.with} as read.`;
    case 'exported':
      return exported(event);
    case 'waiting':
      if (event.count === 0) return 'No more messages waiting.';
      if (event.arrived) return `New message queued; ${event.count} waiting.`;
      return `${counted(event.count, 'more message')} waiting. Show them with: deliver [n]`;
    case 'sent':
      return `Sent to ${event.to}.`;
    case 'account':
      return event.online ? `${event.username}  (online)` : event.username;
    case 'listed':
      if (event.of === 'online')
        return event.count === 0 ? 'No one is online.' : `${event.count} online.`;
      return `${counted(event.count, event.of)}.`;
    case 'created':
      return `Account ${event.username} created.${event.loggingIn ? '' : ` Log in with: login ${event.username}`}`;
    case 'loggedIn':
      return `${event.continued ? 'Welcome back' : 'Welcome'}, ${event.username}. ${counted(event.pending, 'message')} waiting.`;
    case 'loggedOut':
      return `${event.username} is logged out.`;
    case 'passwordChanged':
      return 'Password changed. Other clients were logged out.';
    case 'deleted':
      return `Account ${event.username} deleted. ${undelivered(event.undelivered, event.shown)}`;
    case 'help':
      return `${event.usage.padEnd(23)} ${event.help}${event.details ? `\n${event.details}` : ''}`;
    case 'status':
    case 'note':
    case 'delay':
    case 'error':
      return event.message;
  }
}

/** A number of things in words. */
export const counted = (count: number, noun: string): string =>
  `${count === 0 ? 'No' : count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;

/**
 * A message and who wrote it. Further lines of its text are indented, so that none looks like
 * another message.
 */
export const line = ({ sentAt, text }: Pick<Written, 'sentAt' | 'text'>, who: string): string =>
  `[${time(sentAt)}] ${who}: ${escapeControls(text).replaceAll('\n', '\n    ')}`;

const markOf = ({ delivered, read }: Mark): string => (read ? '✓✓' : delivered ? '✓' : '·');

/** The first words of a text, on one line. */
function beginning(text: string, most = 40): string {
  const chars = [...text.replace(/\s+/g, ' ').trim()];
  return chars.length > most ? `${chars.slice(0, most - 1).join('')}…` : chars.join('');
}

/** A conversation in columns. A longer name moves the rest of its row. */
function conversation({
  with: other,
  online,
  deleted,
  unread,
  lastMessage,
}: Event & { event: 'conversation' }): string {
  const presence = deleted ? 'deleted' : online ? 'online' : '';
  const news = unread > 0 ? `${unread.toLocaleString('en')} unread` : '';
  const who = lastMessage.own ? `${markOf(lastMessage)} you` : lastMessage.from;
  const columns = [styleText('bold', other.padEnd(12)), presence.padEnd(7), news.padStart(9)];
  return `${columns.join('  ')}  [${time(lastMessage.sentAt)}] ${who}: ${beginning(lastMessage.text, 30)}`;
}

function receipt({ by, delivered, read }: Event & { event: 'receipt' }): string {
  const lines = [
    read && `✓✓ Read by ${by}${latest(read)}`,
    delivered && `✓ Delivered to ${by}${latest(delivered)}`,
  ];
  return lines.flatMap((text) => (text ? [styleText('dim', text)] : [])).join('\n');
}

const latest = ({ count, text }: Advance): string =>
  `: ${count === 1 ? '' : `${count} messages, up to `}"${beginning(text)}"`;

function exported({ messages, conversations, file }: Event & { event: 'exported' }): string {
  const from = counted(conversations, 'conversation');
  return `Exported ${counted(messages, 'message')} from ${from}${file ? ` to ${file}` : ''}.`;
}

function undelivered(count: number, shown: number): string {
  if (count === 0) return 'It had no undelivered messages.';
  const had = `It had ${counted(count, 'undelivered message')}`;
  return shown < count ? `${had}. The first ${shown.toLocaleString('en')}:` : `${had}:`;
}

/** The local time of day, with the date unless it is today. */
function time(sentAt: string): string {
  const moment = new Date(sentAt);
  const clock = moment.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return moment.toDateString() === new Date().toDateString()
    ? clock
    : `${moment.toLocaleDateString('sv')} ${clock}`;
}
