import type { Chat } from './chat.ts';

/** A server under load may renew leases or index messages during several rounds in a row. */
const ROUNDS = 12;

/**
 * Resolves to the number of statements that the work takes: the fewest of several rounds, since
 * what a server does by itself meanwhile counts as well.
 */
export async function statementsOf(
  { app }: Pick<Chat, 'app'>,
  work: () => Promise<unknown>,
): Promise<number> {
  const counts: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const before = app.store.statements;
    await work();
    counts.push(app.store.statements - before);
  }
  return Math.min(...counts);
}
