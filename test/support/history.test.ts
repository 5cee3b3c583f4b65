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
 * Four messages from alice to bob, all acknowledged, and what these readers of bob's got in their
 * subscriptions.
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

test('a reader who gets everything once, in order, is served without a flaw', () => {
  expect(judge(historyOf([[one, two, three, four]]))).toEqual(NO_VIOLATIONS);
});

test('a reader who comes back may get the same ids again', () => {
  expect(judge(historyOf([[one, two], [], [one, two, three], [four]]))).toEqual(NO_VIOLATIONS);
});

test('a reader who begins behind a position misses nothing of what lies before', () => {
  const history = historyOf([[one, two, three, four]], [[three, four]]);
  const [whole, late] = history.readers;
  const readers = [
    { ...late, after: 2 },
    { ...whole, after: 0 },
  ] as History['readers'];
  expect(judge({ ...history, readers })).toEqual(NO_VIOLATIONS);
});

test('a message that was not acknowledged may come or not', () => {
  const history = historyOf([[one, two, three, four]]);
  expect(judge({ ...history, acknowledged: history.acknowledged.slice(0, 2) })).toEqual(
    NO_VIOLATIONS,
  );
  const cut = historyOf([[one, two, three]]);
  expect(judge({ ...cut, acknowledged: cut.acknowledged.slice(0, 3) })).toEqual(NO_VIOLATIONS);
});

const flaws: [string, History, Partial<Verdict>][] = [
  ['the last message never comes', historyOf([[one, two, three]]), { lost: 1 }],
  [
    'one of two readers misses the end',
    historyOf([[one, two, three, four]], [[one, two]]),
    { lost: 2 },
  ],
  ['nothing comes at all', historyOf([]), { lost: 4 }],
  ['a message is left out', historyOf([[one, two, four]]), { lost: 1, gaps: 1 }],
  [
    'a reader who comes back misses what came between',
    historyOf([[one], [three, four]]),
    { lost: 1, gaps: 1 },
  ],
  ['the start is left out', historyOf([[two, three, four]]), { lost: 1, gaps: 1 }],
  [
    'an id comes twice in one subscription',
    historyOf([[one, two, two, three, four]]),
    { repeated: 1 },
  ],
  [
    'a message is stored twice',
    historyOf([[one, two, three, four, delivery(5, 'text 2', 'id 5')]]),
    { repeated: 1 },
  ],
  [
    'a text comes that nobody sent',
    historyOf([[one, two, three, four, delivery(5)]]),
    { invented: 1 },
  ],
  [
    'a message comes from somebody else',
    historyOf([[one, two, three, { ...four, senderUsername: 'carol' }]]),
    { invented: 1 },
  ],
  [
    'a message has no position',
    historyOf([[one, two, three, { ...four, position: null }]]),
    { invented: 1 },
  ],
  ['an old position comes late', historyOf([[one, three, two, four]]), { reordered: 1, gaps: 2 }],
  [
    'two readers see two orders',
    historyOf(
      [[one, two, three, four]],
      [[one, delivery(2, 'text 3', 'id 3'), delivery(3, 'text 2', 'id 2'), four]],
    ),
    { reordered: 2 },
  ],
];

test.for(flaws)('it is counted when %s', ([, history, counts]) => {
  expect(judge(history)).toEqual({ ...NO_VIOLATIONS, ...counts });
});

test('a message for somebody else counts as invented', () => {
  const history = historyOf([[one, two, three, four]]);
  const readers = [...history.readers, { mailbox: 'carol', after: 0, streams: [[one]] }];
  expect(judge({ ...history, readers })).toEqual({ ...NO_VIOLATIONS, invented: 1 });
});

test('a mailbox that turns the order of a sender around is counted', () => {
  const history = historyOf([[one, two, three, four]]);
  expect(judge({ ...history, acknowledged: history.acknowledged.toReversed() })).toMatchObject({
    reordered: 3,
  });
});

test('an acknowledgement with another id than was stored is counted', () => {
  const history = historyOf([[one, two, three, four]]);
  const [first, ...others] = history.acknowledged;
  const acknowledged = [{ ...first, id: 'id 9' }, ...others] as History['acknowledged'];
  expect(judge({ ...history, acknowledged })).toMatchObject({ lost: 1, repeated: 1 });
});
