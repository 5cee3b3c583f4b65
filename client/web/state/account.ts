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
export const counterpartOf = (
  { sender, senderUsername, recipient }: ShownMessage,
  viewer: Account,
): Account =>
  sender?.id === viewer.id ? recipient : { id: sender?.id ?? '', username: senderUsername };
