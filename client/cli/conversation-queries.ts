import { overHttpAs } from '../core/connection.ts';
import { Conversation, Conversations, Unread } from '../core/documents/conversation.ts';
import type { ShownMessage } from '../core/documents/message.ts';
import { MessagesMatching } from '../core/documents/search.ts';
import { dataOf, fieldOf } from '../core/errors.ts';
import type { VariablesOf } from '../core/graphql.ts';
import { PAGE_SIZE, pages } from '../core/pagination.ts';
import type { CliContext } from './context.ts';
import { Failure } from './errors.ts';

/** All conversations of a session's account, most recent first, page by page. */
export const conversationsOf = ({ client }: CliContext, token: string) =>
  pages((after) =>
    fieldOf(
      client.query(Conversations, { first: PAGE_SIZE, after }, overHttpAs(token)),
      'conversations',
    ),
  );

/** The counterparts of all conversations, page by page, without deleted accounts. */
export async function* counterpartsOf(context: CliContext, token: string) {
  for await (const page of conversationsOf(context, token))
    yield page.flatMap(({ counterpart }) => counterpart ?? []);
}

/** What is unread of the conversation with the account of this username or id. */
export async function unreadOf({ client }: CliContext, token: string, other: string) {
  const { conversation } = await dataOf(client.query(Unread, { with: other }, overHttpAs(token)));
  return conversation ?? notFound();
}

async function conversationPage(
  { client }: CliContext,
  token: string,
  variables: VariablesOf<typeof Conversation>,
) {
  const { conversation } = await dataOf(client.query(Conversation, variables, overHttpAs(token)));
  return (conversation ?? notFound()).messages;
}

function notFound(): never {
  throw new Failure('AccountNotFoundError', 'There is no such account.');
}

/** All messages of a conversation, oldest first, page by page. */
export const messagesWith = (context: CliContext, token: string, other: string) =>
  pages((after) => conversationPage(context, token, { with: other, first: PAGE_SIZE, after }));

/** The last `count` messages of a conversation, oldest first. */
export async function lastMessages(
  context: CliContext,
  token: string,
  other: string,
  count: number,
): Promise<ShownMessage[]> {
  let messages: ShownMessage[] = [];
  let before: string | null = null;
  do {
    const last = Math.min(PAGE_SIZE, count - messages.length);
    const page = await conversationPage(context, token, { with: other, last, before });
    messages = [...page.edges.map(({ node }) => node), ...messages];
    before = page.pageInfo.hasPreviousPage ? page.pageInfo.startCursor : null;
  } while (before !== null && messages.length < count);
  return messages;
}

/** The newest `most` messages that match a text, oldest first, and whether more do. */
export async function messagesMatching(
  { client }: CliContext,
  token: string,
  matching: string,
  most: number,
): Promise<{ messages: ShownMessage[]; hasMore: boolean }> {
  const found: ShownMessage[] = [];
  const matches = pages((after) =>
    fieldOf(
      client.query(MessagesMatching, { matching, first: PAGE_SIZE, after }, overHttpAs(token)),
      'messages',
    ),
  );
  for await (const page of matches) {
    found.push(...page);
    if (found.length > most) break;
  }
  return { messages: found.slice(0, most).reverse(), hasMore: found.length > most };
}
