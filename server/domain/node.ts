import { type Context, type Nodes, viewerIfAny } from '../../schema/context.ts';
import { accountWithId } from '../store/account.ts';
import { messageWithId } from '../store/message.ts';
import { mailboxId, parseConversationId } from './node-id.ts';
import type { Services } from './services.ts';
import { isAccountId } from './username.ts';

/** Accounts are public; a message, a conversation and a mailbox are for those whose they are. */
export const nodes = (
  { store }: Services,
  { conversations, messages }: Pick<Context, 'conversations' | 'messages'>,
): Nodes => ({
  async find(id, caller) {
    const isUuid = isAccountId(id);
    const account = isUuid ? await accountWithId(store.db, id) : undefined;
    if (account) return { __typename: 'Account', ...account };

    const viewer = viewerIfAny(caller);
    if (!viewer) return null;
    const { id: viewerId } = viewer.account;
    if (isUuid) {
      const message = await messageWithId(store.db, id, viewerId);
      return message ? { __typename: 'Message', ...message } : null;
    }
    if (id === mailboxId(viewerId))
      return { __typename: 'Mailbox', ...(await messages.mailbox(viewer)) };
    const sides = parseConversationId(id);
    if (sides?.accountId !== viewerId || !isAccountId(sides.counterpartId)) return null;
    const conversation = await conversations.with(viewer, sides.counterpartId);
    return conversation && { __typename: 'Conversation', ...conversation };
  },
});
