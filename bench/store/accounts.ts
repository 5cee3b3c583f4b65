import { beginSession } from '../../server/domain/session.ts';
import { accountByUsername, insertAccount } from '../../server/store/account.ts';
import { newId } from '../../server/store/id.ts';
import { openStore } from '../../server/store/open.ts';

/**
 * Begins a session for each of these usernames, with a new account where there is none, and returns
 * the tokens. This skips the passwords, whose hashes would take minutes.
 */
export async function beginSessions(
  databaseUrl: string,
  usernames: readonly string[],
): Promise<string[]> {
  await using store = await openStore(databaseUrl);
  const now = Date.now();
  return await store.db.transaction().execute(async (tx) => {
    const tokens: string[] = [];
    for (const username of usernames) {
      const account = { id: newId(), username, passwordHash: '', createdAt: now };
      await insertAccount(tx, account);
      const id = (await accountByUsername(tx, username))?.id ?? account.id;
      tokens.push((await beginSession(tx, id, now)).token);
    }
    return tokens;
  });
}
