/** What the query `Conversations` shows. */
export interface ConversationList {
  readonly conversations: { readonly edges: readonly { readonly node: Identified }[] };
}
export interface Identified {
  readonly id: string;
}

/** Returns the list with a conversation at its top. */
export function withOnTop(list: ConversationList, conversation: Identified): ConversationList {
  const others = list.conversations.edges.filter(({ node }) => node.id !== conversation.id);
  const edges = [{ __typename: 'ConversationEdge', node: conversation }, ...others];
  return { conversations: { ...list.conversations, edges } };
}
