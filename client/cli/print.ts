import { styleText } from 'node:util';
import type { Advance } from '../core/receipts.ts';
import type { Event, Mark, Written } from './event.ts';

/**
 * Writes an event as text or as one line of JSON, fit for a terminal whatever the network put into
 * it.
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
      return `${counted(event.count, 'message')} from ${event.with} ${event.count === 1 ? 'was' : 'were'} unread.`;
    case 'exporting':
      return `${counted(event.messages, 'message')} …`;
    case 'exported':
      return `${counted(event.messages, 'message')} of ${counted(event.conversations, 'conversation')} written${event.file === null ? '' : ` to ${event.file}`}.`;
    case 'waiting':
      if (event.count === 0) return 'Nothing else is waiting. New messages appear as they come.';
      if (event.arrived) return `A new message came after the others: ${waiting(event.count)}.`;
      return `${waiting(event.count, 'more ')}. See the next with: deliver [n]`;
    case 'sent':
      return `Sent to ${event.to}.`;
    case 'account':
      return event.online ? `${event.username}  (online)` : event.username;
    case 'listed':
      if (event.of === 'online')
        return event.count === 0 ? 'Nobody is online.' : `${event.count} online.`;
      return `${counted(event.count, event.of)}.`;
    case 'created':
      return `The account ${event.username} is created. Log in with: login ${event.username}`;
    case 'loggedIn':
      return `${event.continued ? 'Welcome back' : 'Welcome'}, ${event.username}. ${waiting(event.pending)}.`;
    case 'loggedOut':
      return `${event.username} is logged out.`;
    case 'passwordChanged':
      return 'The password is changed, and every other client is logged out.';
    case 'deleted':
      return `The account ${event.username} is deleted. ${undelivered(event.undelivered, event.shown)}`;
    case 'help':
      return `${event.usage.padEnd(46)} ${event.help}`;
    case 'status':
    case 'note':
    case 'error':
      return event.message;
  }
}

const counted = (count: number, noun: string): string =>
  `${count === 0 ? 'No' : count} ${noun}${count === 1 ? '' : 's'}`;

const waiting = (count: number, more = ''): string =>
  `${counted(count, `${more}message`)} ${count === 1 ? 'is' : 'are'} waiting`;

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
  const told = (what: Advance | null, mark: string, one: string, several: string): string[] => {
    if (!what) return [];
    const which = what.count === 1 ? `${one}:` : `${several} ${what.count} messages, the last:`;
    return [styleText('dim', `${mark} ${by} ${which} "${beginning(what.text)}"`)];
  };
  return [
    ...told(read, '✓✓', 'has read it', 'has read'),
    ...told(delivered, '✓', 'got it', 'got'),
  ].join('\n');
}

function undelivered(count: number, shown: number): string {
  if (count === 0) return 'Nothing was waiting for it.';
  if (shown < count)
    return `${count} messages were still waiting for it. These are the first ${shown}:`;
  return count === 1
    ? 'This was still waiting for it:'
    : `These ${count} messages were still waiting for it:`;
}

/** The local time of day, and the date when it is not today's. */
function time(sentAt: string): string {
  const moment = new Date(sentAt);
  const clock = moment.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return moment.toDateString() === new Date().toDateString()
    ? clock
    : `${moment.toLocaleDateString('sv')} ${clock}`;
}

/**
 * Control characters but newline and tab, line separators, and what turns the direction of writing.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal.
const HARMFUL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

const hex = (char: string): string => char.charCodeAt(0).toString(16).padStart(4, '0');

/** Makes visible what would drive the terminal instead of being shown on it. */
export const escapeControls = (text: string): string =>
  text.replace(HARMFUL, (char) => `<U+${hex(char).toUpperCase()}>`);
