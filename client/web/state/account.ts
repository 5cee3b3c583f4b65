import type { ShownMessage } from '../../core/documents/message.ts';
import { isObject } from './json.ts';

/** An account that the viewer can write to, or the viewer's own. */
export interface Account {
  readonly id: string;
  readonly username: string;
}

export const isAccount = (value: unknown): value is Account =>
  isObject(value) && typeof value.id === 'string' && typeof value.username === 'string';

/** Returns the other account of a message, as the viewer sees it. */
export const counterpartOf = (message: ShownMessage): Account => ({
  id: message.conversation.counterpartId,
  username: isReceived(message) ? message.senderUsername : message.recipient.username,
});

/** Whether the viewer sent it. */
export const isOwn = ({ sentPosition }: ShownMessage): boolean => sentPosition !== null;

/** Whether the viewer received it, as from another account or from the viewer. */
export const isReceived = ({ position }: ShownMessage): boolean => position !== null;

/** Whether the viewer received it and has not read it, given the message read last on this page. */
export const isUnread = (message: ShownMessage, readThrough = ''): boolean =>
  isReceived(message) && !message.read && message.id > readThrough;
