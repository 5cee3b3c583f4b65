import { styleText } from 'node:util';
import type { Advance } from '../core/receipts.ts';
import type { Event, Mark, Written } from './event.ts';

/**
 * Formats an event as text or as one line of JSON, safe for a terminal whatever the network put
 * into it.
 */
export function format(event: Event, json: boolean): string {
  if (json) return jsonLine(event);
  const safe = JSON.stringify(event, (_key, value) =>
    typeof value === 'string' ? escapeControls(value) : value,
  );
  return sentence(JSON.parse(safe));
}

export const jsonLine = (content: object): string =>
  JSON.stringify(content).replace(HARMFUL, (char) => `\\u${hex(char)}`);

function sentence(event: Event): string {
  switch (event.event) {
    case 'message':
      return line(event, styleText('bold', event.from));
    case 'sentElsewhere':
      return line(event, `you → ${event.to}`);
    case 'history':
      return line(event, event.own ? `${markOf(event)} you` : styleText('bold', event.from));
    case 'conversation':
      return conversation(event);
    case 'receipt':
      return receipt(event);
    case 'read':
      if (event.count === 0) return `No unread messages from ${event.with}.`;
      return `Marked ${counted(event.count, 'message')} from ${event.with} as read.`;
    case 'exporting':
      return `Exporting: ${counted(event.messages, 'message')} so far…`;
    case 'exported':
      return exported(event);
    case 'waiting':
      if (event.count === 0) return 'No more messages waiting. New ones appear as they arrive.';
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
      return `Account ${event.username} created. Log in with: login ${event.username}`;
    case 'loggedIn':
      return `${event.continued ? 'Welcome back' : 'Welcome'}, ${event.username}. ${counted(event.pending, 'message')} waiting.`;
    case 'loggedOut':
      return `${event.username} is logged out.`;
    case 'passwordChanged':
      return 'Password changed. Other clients were logged out.';
    case 'deleted':
      return `Account ${event.username} deleted. ${undelivered(event.undelivered, event.shown)}`;
    case 'help':
      return `${event.usage.padEnd(46)} ${event.help}`;
    case 'status':
    case 'note':
    case 'error':
      return event.message;
  }
}

const counted = (count: number, noun: string): string =>
  `${count === 0 ? 'No' : count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;

const line = ({ sentAt, text }: Written, who: string): string =>
  `[${time(sentAt)}] ${who}: ${text.replaceAll('\n', '\n    ')}`;

const markOf = ({ delivered, read }: Mark): string => (read ? '✓✓' : delivered ? '✓' : '·');

/** The first words of a text, on one line. */
function beginning(text: string): string {
  const chars = [...text.replace(/\s+/g, ' ').trim()];
  return chars.length > 40 ? `${chars.slice(0, 39).join('')}…` : chars.join('');
}

function conversation({
  with: other,
  online,
  deleted,
  unread,
  lastMessage,
}: Event & { event: 'conversation' }): string {
  const presence = deleted ? '  (deleted)' : online ? '  (online)' : '';
  const news = unread > 0 ? `  ${unread} unread` : '';
  const who = lastMessage.own ? `${markOf(lastMessage)} you` : lastMessage.from;
  return `${styleText('bold', other)}${presence}${news}  [${time(lastMessage.sentAt)}] ${who}: ${beginning(lastMessage.text)}`;
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

/** Control characters except newline and tab, line separators, and bidirectional overrides. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these must not reach a terminal.
const HARMFUL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

const hex = (char: string): string => char.charCodeAt(0).toString(16).padStart(4, '0');

/** Makes characters visible that the terminal would obey instead of showing. */
export const escapeControls = (text: string): string =>
  text.replace(HARMFUL, (char) => `<U+${hex(char).toUpperCase()}>`);
