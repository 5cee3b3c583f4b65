/** The id of an account's mailbox. */
export const mailboxId = (accountId: string): string => `mailbox:${accountId}`;

/** The id of a conversation as one of its accounts sees it. */
export const conversationId = (accountId: string, counterpartId: string): string =>
  `conversation:${accountId}:${counterpartId}`;

/** Returns whose conversation with whom an id stands for; undefined for any other id. */
export function parseConversationId(
  id: string,
): { accountId: string; counterpartId: string } | undefined {
  const [kind, accountId, counterpartId, ...rest] = id.split(':');
  if (kind !== 'conversation' || !accountId || !counterpartId || rest.length > 0) return undefined;
  return { accountId, counterpartId };
}
