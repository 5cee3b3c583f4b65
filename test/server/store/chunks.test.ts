import { expect, test } from 'vitest';
import { idsOf, insertAccount } from '../../../server/store/account.ts';
import { openStore } from '../../../server/store/open.ts';
import { accountsWithLease } from '../../../server/store/presence.ts';
import { receiptsOf } from '../../../server/store/receipt.ts';
import { insertSession, lease, movedSessions } from '../../../server/store/session.ts';
import { newDatabase } from '../../support/database.ts';

test('a statement takes more values than the engine takes parameters', async () => {
  await using store = await openStore(await newDatabase());
  const { db } = store;
  await insertAccount(db, { id: 'alice', username: 'alice', passwordHash: '', createdAt: 0 });
  for (const id of ['first', 'last']) {
    await insertSession(db, { id, accountId: 'alice', tokenHash: id, createdAt: 0, leaseUntil: 0 });
  }
  const others = Array.from({ length: 66_000 }, (_, index) => `other ${index}`);
  const ids = ['first', ...others, 'last'];
  expect((await lease(db, ids, 7, 1)).toSorted()).toEqual(['first', 'last']);
  const seen = ids.map((id) => ({ id, lastPosition: 0, sentCount: 0 }));
  expect((await movedSessions(db, seen)).length).toBe(others.length);
  expect(await idsOf(db, [...others, 'alice'])).toEqual(['alice']);
  expect(await accountsWithLease(db, [...others, 'alice'], 1)).toMatchObject([
    { id: 'alice', leaseUntil: 7 },
  ]);
  expect(await receiptsOf(db, 'alice', new Set(others))).toEqual([]);
});
