import { styleText } from 'node:util';

/** Everything the client can say: with `--json` one line each, otherwise a sentence for people. */
export type Event =
  | {
      readonly event: 'message';
      readonly id: string;
      readonly position: number | null;
      readonly from: string;
      readonly to: string;
      readonly text: string;
      readonly sentAt: string;
    }
  /** Messages are held back; `arrived` when it is a new one that makes it worth saying. */
  | { readonly event: 'waiting'; readonly count: number; readonly arrived: boolean }
  | { readonly event: 'sent'; readonly id: string; readonly to: string; readonly sentAt: string }
  | { readonly event: 'account'; readonly username: string; readonly online: boolean | null }
  | { readonly event: 'listed'; readonly count: number }
  | { readonly event: 'created'; readonly username: string }
  | { readonly event: 'loggedIn'; readonly username: string; readonly pending: number; readonly continued: boolean }
  | { readonly event: 'loggedOut' | 'passwordChanged'; readonly username: string }
  | { readonly event: 'deleted'; readonly username: string; readonly undelivered: number }
  | { readonly event: 'status'; readonly status: 'offline' | 'live' | 'ended' | 'failed'; readonly message: string }
  | { readonly event: 'help'; readonly usage: string; readonly help: string }
  | { readonly event: 'note'; readonly message: string }
  /** A command did not do what it should; its code is the API's, or one of ours. */
  | { readonly event: 'error'; readonly code: string; readonly message: string };

/** Writes an event as text or as one line of JSON, fit for a terminal whatever the network put into it. */
export function format(event: Event, json: boolean): string {
  if (json) return JSON.stringify(event).replace(HARMFUL, (char) => `\\u${hex(char)}`);
  const safe = Object.entries(event).map(([key, value]) => [key, typeof value === 'string' ? harmless(value) : value]);
  return sentence(Object.fromEntries(safe) as Event);
}

function sentence(event: Event): string {
  switch (event.event) {
    case 'message':
      return `[${time(event.sentAt)}] ${styleText('bold', event.from)}: ${event.text.replaceAll('\n', '\n    ')}`;
    case 'waiting':
      if (event.count === 0) return 'Nothing else is waiting. New messages appear as they come.';
      if (event.arrived) return `A new message came behind the others: ${waiting(event.count)}.`;
      return `${waiting(event.count, 'more ')}. See the next with: deliver [n]`;
    case 'sent':
      return `Sent to ${event.to}.`;
    case 'account':
      return event.online ? `${event.username}  (online)` : event.username;
    case 'listed':
      return `${event.count === 0 ? 'No' : event.count} account${event.count === 1 ? '' : 's'}.`;
    case 'created':
      return `The account ${event.username} is created. Log in with: login ${event.username}`;
    case 'loggedIn':
      return `${event.continued ? 'Welcome back' : 'Welcome'}, ${event.username}. ${waiting(event.pending)}.`;
    case 'loggedOut':
      return `${event.username} is logged out.`;
    case 'passwordChanged':
      return 'The password is changed, and every other client is logged out.';
    case 'deleted':
      return `The account ${event.username} is deleted. ${undelivered(event.undelivered)}`;
    case 'help':
      return `${event.usage.padEnd(46)} ${event.help}`;
    case 'status':
    case 'note':
    case 'error':
      return event.message;
  }
}

const waiting = (count: number, more = ''): string =>
  count === 1 ? `1 ${more}message is waiting` : `${count === 0 ? 'No' : count} ${more}messages are waiting`;

function undelivered(count: number): string {
  if (count === 0) return 'Nothing was waiting for it.';
  return count === 1 ? 'This was still waiting for it:' : `These ${count} messages were still waiting for it:`;
}

/** The local time of day, and the date when it is not today's. */
function time(sentAt: string): string {
  const moment = new Date(sentAt);
  const clock = moment.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return moment.toDateString() === new Date().toDateString() ? clock : `${moment.toLocaleDateString('sv')} ${clock}`;
}

/** Control characters but newline and tab, line separators, and what turns the direction of writing. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal.
const HARMFUL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

const hex = (char: string): string => char.charCodeAt(0).toString(16).padStart(4, '0');

/** Makes visible what would drive the terminal instead of being shown on it. */
export const harmless = (text: string): string => text.replace(HARMFUL, (char) => `<U+${hex(char).toUpperCase()}>`);
