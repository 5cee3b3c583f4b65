import { expect, onTestFinished, test } from 'vitest';
import { copiedTables } from '../../../server/store/copied-table.ts';
import { openStore } from '../../../server/store/open.ts';
import { newDatabase } from '../../support/database.ts';

/** What servers write by themselves, and what the copy's own opening makes. */
const LEFT_OUT = /^(heartbeat|migration|kysely_migration|unfinished_copy|search_.*)(_lock)?$/;

test('a copy has every table but those that servers build by themselves', async () => {
  const store = await openStore(await newDatabase());
  onTestFinished(() => store[Symbol.asyncDispose]());
  const tables = await store.db.introspection.getTables({ withInternalKyselyTables: true });
  const copied = (await copiedTables(store.db)).map(({ name }) => name);
  expect(copied.filter((name) => LEFT_OUT.test(name))).toEqual([]);
  expect(copied.toSorted()).toEqual(
    tables.flatMap(({ name }) => (LEFT_OUT.test(name) ? [] : [name])).toSorted(),
  );
});
