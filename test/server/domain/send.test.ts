import { expect, test } from 'vitest';
import {
  AccountNotFoundError,
  ClientMessageIdReusedError,
  MailboxFullError,
  RequestError,
} from '../../../schema/errors.ts';
import { decide } from '../../../server/domain/send.ts';
import type { CountedAccount } from '../../../server/store/locked-account.ts';

const account = (username: string, counters: Partial<CountedAccount> = {}): CountedAccount => ({
  id: username,
  username,
  createdAt: new Date(0),
  online: false,
  lastPosition: 0,
  deliveredThrough: 0,
  gapThrough: 0,
  sentCount: 0,
  blockCount: 0,
  ...counters,
});

const draft = { senderId: 'alice', to: 'bob', text: 'hello', clientMessageId: '1' };
const sender = account('alice', { sentCount: 7 });
const recipient = account('bob', { lastPosition: 5, deliveredThrough: 3 });
const rows = { sender, recipient, earlier: undefined, isBlocked: false };

test('a message takes the next position of the mailbox and of the sent log', () => {
  expect(decide(draft, rows, 3)).toEqual({
    sender,
    recipient,
    text: 'hello',
    clientMessageId: '1',
    position: 6,
    sentPosition: 8,
  });
});

test('a repeated send returns the first message, even for a full mailbox', () => {
  const earlier = decide(draft, rows, 3);
  if (earlier instanceof Error) throw earlier;
  expect(decide(draft, { ...rows, earlier }, 0)).toBe(earlier);
});

test('a clientMessageId with another text or recipient is refused', () => {
  const earlier = decide(draft, rows, 3);
  if (earlier instanceof Error) throw earlier;
  const carol = account('carol');
  expect(decide({ ...draft, text: 'bye' }, { ...rows, earlier }, 3)).toBeInstanceOf(
    ClientMessageIdReusedError,
  );
  expect(decide(draft, { ...rows, recipient: carol, earlier }, 3)).toBeInstanceOf(
    ClientMessageIdReusedError,
  );
});

test('a full mailbox, a missing recipient and a missing sender refuse a message', () => {
  expect(decide(draft, rows, 2)).toBeInstanceOf(MailboxFullError);
  expect(decide(draft, { ...rows, recipient: undefined }, 3)).toBeInstanceOf(AccountNotFoundError);
  expect(decide(draft, { ...rows, sender: undefined }, 3)).toBeInstanceOf(RequestError);
});
