import { overHttpAs } from '../core/connection.ts';
import { Conversation, Conversations } from '../core/documents/conversation.ts';
import type { ShownMessage } from '../core/documents/message.ts';
import { dataOf } from '../core/errors.ts';
import type { ResultOf, VariablesOf } from '../core/graphql.ts';
import { PAGE_SIZE, pages } from '../core/pagination.ts';
import { folded } from './arguments.ts';
import type { CliContext } from './context.ts';
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

/** The counterparts of all conversations, page by page, without deleted accounts. */
export async function* counterpartsOf(context: CliContext, token: string) {
  for await (const page of conversationsOf(context, token))
    yield page.flatMap(({ counterpart }) => counterpart ?? []);
}

/**
 * The conversation with the account of this username or id, or else with the last deleted account
 * of the username.
 */
export async function conversationWith(
  context: CliContext,
  token: string,
  other: string,
): Promise<Listed> {
  const name = folded(other);
  let former: Listed | undefined;
  for await (const page of conversationsOf(context, token)) {
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
