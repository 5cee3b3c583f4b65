import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { openApp } from '../../server/app.ts';
import { readConfig } from '../../server/config.ts';
import { accountByUsername } from '../../server/store/account.ts';
import { newChat } from '../support/chat.ts';
import { temporaryFolder } from '../support/folder.ts';

const backup = (databaseUrl: string, ...target: string[]) =>
  promisify(execFile)(process.execPath, ['server/backup.ts', ...target], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
  });

test('a backup of a running server can be opened in its place', async () => {
  const { chat, alice } = await newChat('alice', 'bob');
  await alice.send('bob', 'before the backup');
  const copy = join(await temporaryFolder(), 'copy.db');
  const { databaseUrl } = chat.app.config;
  expect((await backup(databaseUrl, copy)).stdout).toContain('Copied');
  expect((await stat(copy)).mode & 0o777).toBe(0o600);

  await using app = await openApp(
    readConfig({ DATABASE_URL: `file:${copy}`, LOG_LEVEL: 'silent' }),
  );
  expect(await accountByUsername(app.store.db, 'bob')).toMatchObject({
    lastPosition: 1,
    deliveredThrough: 0,
  });
  await expect(backup(databaseUrl, copy)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('already exists; choose another file.'),
  });
});
