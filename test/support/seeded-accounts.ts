import { createHash, randomUUID } from 'node:crypto';
import { withClient } from './postgres-client.ts';

/** An account with a session. */
export interface SeededAccount {
  readonly username: string;
  readonly token: string;
}

/** Inserts accounts with a session each by SQL: hashing so many passwords would take minutes. */
export async function seedAccounts(databaseUrl: string, size: number): Promise<SeededAccount[]> {
  const now = Date.now();
  const members = Array.from({ length: size }, (_, number) => ({
    username: `member${number}`,
    token: randomUUID(),
    id: randomUUID(),
  }));
  const hashes = members.map(({ token }) => createHash('sha256').update(token).digest('base64url'));
  await withClient(databaseUrl, async (client) => {
    await client.query(
      `insert into account (id, username, password_hash, created_at)
       select id, username, '', $3 from unnest($1::text[], $2::text[]) as given (id, username)`,
      [members.map(({ id }) => id), members.map(({ username }) => username), now],
    );
    await client.query(
      `insert into session (id, account_id, token_hash, created_at, used_at, lease_until)
       select id, id, hash, $3, $3, 0 from unnest($1::text[], $2::text[]) as given (id, hash)`,
      [members.map(({ id }) => id), hashes, now],
    );
  });
  return members;
}
