import { expect, test } from 'vitest';
import { administration } from '../../../server/domain/administration.ts';
import { insertAccount } from '../../../server/store/account.ts';
import { newId } from '../../../server/store/id.ts';
import { newChat } from '../../support/chat.ts';

test('a notice reaches every account once, however often it is sent', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob', 'operator');
  for (let number = 1; number <= 120; number += 1) {
    const row = { id: newId(), username: `member${number}`, passwordHash: '', createdAt: 0 };
    await insertAccount(chat.app.store.db, row);
  }
  const admin = administration(chat.app.services, 'root');
  const reading = bob.read();
  expect(await admin.notice('operator', 'Maintenance at\r\nnoon.')).toEqual({
    accounts: 122,
    refused: 0,
  });
  await chat.create('late');
  expect(await admin.notice('operator', 'Maintenance at\r\nnoon.')).toMatchObject({
    accounts: 123,
  });
  expect(await admin.account('operator')).toMatchObject({ sentCount: 123, lastPosition: 0 });
  await admin.notice('operator', 'Maintenance at\nnoon.', 'again');
  const texts = (await reading.shown(2)).map(({ text }) => text);
  expect(texts).toEqual(['Maintenance at\nnoon.', 'Maintenance at\nnoon.']);
  expect(await alice.read().shown(2)).toMatchObject([
    { senderUsername: 'operator', position: 1 },
    { position: 2 },
  ]);
});

test('a notice counts full mailboxes, and refuses an empty text', async () => {
  const { chat } = await newChat('alice', 'bob', 'operator');
  const admin = administration(
    { ...chat.app.services, limits: { ...chat.app.services.limits, maxPendingMessages: 1 } },
    'root',
  );
  await admin.notice('operator', 'one');
  expect(await admin.notice('operator', 'two')).toEqual({ accounts: 0, refused: 2 });
  await expect(admin.notice('operator', ' ')).rejects.toThrow('The text is empty.');
  await expect(admin.notice('nobody', 'three')).rejects.toThrow('There is no account nobody.');
});
