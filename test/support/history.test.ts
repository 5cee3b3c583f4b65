import { expect, test } from 'vitest';
import { type Delivery, type History, judge, NO_VIOLATIONS, type Verdict } from './history.ts';

const delivery = (
  position: number,
  text = `text ${position}`,
  id = `id ${position}`,
): Delivery => ({
  id,
  position,
  senderUsername: 'alice',
  text,
});
const [one, two, three, four] = [delivery(1), delivery(2), delivery(3), delivery(4)];

/**
 * Four acknowledged messages from alice to bob, and what these readers of bob's mailbox received in
 * each subscription.
 */
function historyOf(...readers: (readonly Delivery[])[][]): History {
  const attempts = [one, two, three, four].map(({ id, text }) => ({
    id,
    from: 'alice',
    to: 'bob',
    text,
  }));
  return {
    attempts,
    acknowledged: attempts,
    readers: readers.map((streams) => ({ mailbox: 'bob', after: 0, streams })),
  };
}

test('judge accepts a reader that receives every message once, in order', () => {
  expect(judge(historyOf([[one, two, three, four]]))).toEqual(NO_VIOLATIONS);
});

test('judge accepts ids that repeat after a resubscription', () => {
  expect(judge(historyOf([[one, two], [], [one, two, three], [four]]))).toEqual(NO_VIOLATIONS);
});

test('judge expects nothing before the position that a reader starts after', () => {
  const history = historyOf([[one, two, three, four]], [[three, four]]);
  const [whole, late] = history.readers;
  const readers = [
    { ...late, after: 2 },
    { ...whole, after: 0 },
  ] as History['readers'];
  expect(judge({ ...history, readers })).toEqual(NO_VIOLATIONS);
});

test('judge accepts an unacknowledged message, delivered or not', () => {
  const history = historyOf([[one, two, three, four]]);
  expect(judge({ ...history, acknowledged: history.acknowledged.slice(0, 2) })).toEqual(
    NO_VIOLATIONS,
  );
  const cut = historyOf([[one, two, three]]);
  expect(judge({ ...cut, acknowledged: cut.acknowledged.slice(0, 3) })).toEqual(NO_VIOLATIONS);
});

const violations: [string, History, Partial<Verdict>][] = [
  ['a last message that never arrives', historyOf([[one, two, three]]), { lost: 1 }],
  [
    'two messages that one of two readers misses',
    historyOf([[one, two, three, four]], [[one, two]]),
    { lost: 2 },
  ],
  ['all messages of a mailbox without a reader', historyOf([]), { lost: 4 }],
  ['a skipped message', historyOf([[one, two, four]]), { lost: 1, gaps: 1 }],
  [
    'a message skipped between two subscriptions',
    historyOf([[one], [three, four]]),
    { lost: 1, gaps: 1 },
  ],
  ['a skipped first message', historyOf([[two, three, four]]), { lost: 1, gaps: 1 }],
  [
    'an id that repeats in one subscription',
    historyOf([[one, two, two, three, four]]),
    { repeated: 1 },
  ],
  [
    'a message stored twice',
    historyOf([[one, two, three, four, delivery(5, 'text 2', 'id 5')]]),
    { repeated: 1 },
  ],
  [
    'a text that was never sent',
    historyOf([[one, two, three, four, delivery(5)]]),
    { invented: 1 },
  ],
  [
    'a message with another sender',
    historyOf([[one, two, three, { ...four, senderUsername: 'carol' }]]),
    { invented: 1 },
  ],
  [
    'a message without a position',
    historyOf([[one, two, three, { ...four, position: null }]]),
    { invented: 1 },
  ],
  ['a position that arrives late', historyOf([[one, three, two, four]]), { reordered: 1, gaps: 2 }],
  [
    'two readers with different orders',
    historyOf(
      [[one, two, three, four]],
      [[one, delivery(2, 'text 3', 'id 3'), delivery(3, 'text 2', 'id 2'), four]],
    ),
    { reordered: 2 },
  ],
];

test.for(violations)('judge counts %s', ([, history, counts]) => {
  expect(judge(history)).toEqual({ ...NO_VIOLATIONS, ...counts });
});

test('judge counts a message to another account as invented', () => {
  const history = historyOf([[one, two, three, four]]);
  const readers = [...history.readers, { mailbox: 'carol', after: 0, streams: [[one]] }];
  expect(judge({ ...history, readers })).toEqual({ ...NO_VIOLATIONS, invented: 1 });
});

test('judge counts a mailbox that reverses the order of a sender', () => {
  const history = historyOf([[one, two, three, four]]);
  expect(judge({ ...history, acknowledged: history.acknowledged.toReversed() })).toMatchObject({
    reordered: 3,
  });
});

test('judge counts an acknowledged id that differs from the stored one', () => {
  const history = historyOf([[one, two, three, four]]);
  const [first, ...others] = history.acknowledged;
  const acknowledged = [{ ...first, id: 'id 9' }, ...others] as History['acknowledged'];
  expect(judge({ ...history, acknowledged })).toMatchObject({ lost: 1, repeated: 1 });
});
