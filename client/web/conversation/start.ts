import type { ShownMessage } from '../../core/documents/message.ts';
import { isReceived, isUnread } from '../state/account.ts';
import { CONTEXT_PX, type Place } from '../state/place.ts';
import type { Thread } from '../state/thread.ts';

/** Where a conversation opens: at a place in it, or at its end. */
export type Start = Place | 'end';

/** What decides where a conversation opens. */
export interface StartOptions {
  /** Where the viewer left it. */
  readonly left: Place | undefined;
  readonly unread: number;
  /** The message that the viewer read last on this page. */
  readonly readThrough: string | undefined;
}

/**
 * Whether the part of a conversation reaches back to where it opens. The first unread message is
 * certain once all of them are loaded, or one that was read.
 */
export function reachesStart(
  messages: readonly ShownMessage[],
  { left, unread, readThrough }: StartOptions,
): boolean {
  if (left) return (messages[0]?.id ?? '') <= left.messageId;
  const received = messages.filter(isReceived);
  const unreadHere = received.filter((message) => isUnread(message, readThrough)).length;
  return unreadHere >= unread || unreadHere < received.length;
}

/** Returns where a conversation opens, or undefined while an earlier page has to be loaded. */
export function startOf({ messages, earlier }: Thread, options: StartOptions): Start | undefined {
  if (earlier !== null && !reachesStart(messages, options)) return undefined;
  const { left, unread, readThrough } = options;
  if (left) return messages.some(({ id }) => id === left.messageId) ? left : 'end';
  const first = unread > 0 && messages.find((message) => isUnread(message, readThrough));
  return first ? { messageId: first.id, offset: -CONTEXT_PX } : 'end';
}
