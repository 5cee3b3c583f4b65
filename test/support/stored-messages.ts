import type { Chat } from './chat.ts';
import type { TestClient } from './test-client.ts';

/** Stores messages of a client without the network. */
export async function storeMessages(
  { app }: Chat,
  { token = '' }: TestClient,
  to: string,
  texts: readonly string[],
): Promise<void> {
  const session = await app.sessions.withToken(token);
  if (!session) throw new Error('No session with this token.');
  const viewer = { account: session.account, sessionId: session.id };
  await Promise.all(
    texts.map((text) => app.ports.messages.send(viewer, { to, text, clientMessageId: null })),
  );
}

/** Texts that tell their number, from zero on. */
export const numbered = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => `number ${from + index}.`);
