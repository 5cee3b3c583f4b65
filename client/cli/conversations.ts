import { overHttpAs } from '../core/connection.ts';
import { Conversation, Conversations } from '../core/documents/conversation.ts';
import type { ShownMessage } from '../core/documents/message.ts';
import { dataOf } from '../core/errors.ts';
import type { ResultOf, VariablesOf } from '../core/graphql.ts';
import { PAGE_SIZE, pages } from '../core/pagination.ts';
import type { CliContext } from './context.ts';
import { folded } from './credentials.ts';
import { Failure } from './errors.ts';

type Listed = ResultOf<typeof Conversations>['conversations']['edges'][number]['node'];

/** All conversations of a session's account, most recent first, page by page. */
export const conversationsOf = ({ client }: CliContext, token: string) =>
  pages(async (after) => {
    const { conversations } = await dataOf(
      client.query(Conversations, { first: PAGE_SIZE, after }, overHttpAs(token)),
    );
    return conversations;
  });

/** With whom a session's account has conversations, page by page; without those who are deleted. */
export async function* counterpartsOf(chat: CliContext, token: string) {
  for await (const page of conversationsOf(chat, token))
    yield page.flatMap(({ counterpart }) => counterpart ?? []);
}

/**
 * The conversation with whoever has this username or id, or else with the last one who had the
 * username.
 */
export async function conversationWith(
  chat: CliContext,
  token: string,
  other: string,
): Promise<Listed> {
  const name = folded(other);
  let former: Listed | undefined;
  for await (const page of conversationsOf(chat, token)) {
    for (const conversation of page) {
      const { counterpart, counterpartId, counterpartUsername } = conversation;
      if (counterpartId === name || counterpart?.username === name) return conversation;
      if (!counterpart && counterpartUsername === name) former ??= conversation;
    }
  }
  if (!former) throw new Failure('NoConversation', `You have no messages with ${other}.`);
  return former;
}

async function conversationPage(
  { client }: CliContext,
  token: string,
  variables: VariablesOf<typeof Conversation>,
) {
  return (await dataOf(client.query(Conversation, variables, overHttpAs(token)))).conversation;
}

/** All messages of a conversation, oldest first, page by page. */
export const messagesWith = (chat: CliContext, token: string, other: string) =>
  pages((after) => conversationPage(chat, token, { with: other, first: PAGE_SIZE, after }));

/** The last messages of a conversation, as many as this, oldest first. */
export async function lastMessages(
  chat: CliContext,
  token: string,
  other: string,
  count: number,
): Promise<ShownMessage[]> {
  let messages: ShownMessage[] = [];
  let before: string | null = null;
  do {
    const last = Math.min(PAGE_SIZE, count - messages.length);
    const { edges, pageInfo } = await conversationPage(chat, token, { with: other, last, before });
    messages = [...edges.map(({ node }) => node), ...messages];
    before = pageInfo.hasPreviousPage ? pageInfo.startCursor : null;
  } while (before !== null && messages.length < count);
  return messages;
}
