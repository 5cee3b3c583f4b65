import { expect, test } from 'vitest';
import { InvalidTextError, MailboxFullError, RateLimitedError } from '../../schema/errors.ts';

test.for<[retryAfter: number, time: string]>([
  [0.5, '1 second'],
  [1_000, '1 second'],
  [59_000, '59 seconds'],
  [59_001, '1 minute'],
  [12 * 60_000, '12 minutes'],
  [12 * 60_000 + 1, '13 minutes'],
  [60 * 60_000, '1 hour'],
  [24 * 60 * 60_000, '24 hours'],
])('a rate limit of %d ms asks to wait %s', ([retryAfter, time]) => {
  expect(new RateLimitedError(retryAfter).message).toBe(`Too many attempts. Try again in ${time}.`);
});

test('a text that is too long gets the number of characters to remove', () => {
  expect(new InvalidTextError('TOO_LONG', 4_000, 4_001).message).toBe(
    'The text is 1 character over the limit of 4,000.',
  );
  expect(new InvalidTextError('TOO_LONG', 4_000, 70_000).message).toBe(
    'The text is 66,000 characters over the limit of 4,000.',
  );
});

test('a full mailbox gets the number of messages waiting', () => {
  expect(new MailboxFullError(10_000).message).toBe(
    "The recipient's mailbox is full (10,000 messages waiting). " +
      'Try again once they have read some.',
  );
});
