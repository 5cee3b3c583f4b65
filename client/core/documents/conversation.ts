import { graphql } from '../graphql.ts';
import { ShownMessage } from './message.ts';

export const Conversations = graphql(
  `
    query Conversations($first: Int, $after: String) {
      conversations(first: $first, after: $after) {
        edges {
          node {
            id
            counterpart { username online }
            counterpartId
            counterpartUsername
            unreadCount
            lastMessage { ...ShownMessage }
          }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [ShownMessage],
);

/** A page of the messages with one account. */
export const Conversation = graphql(
  `
    query Conversation($with: String!, $first: Int, $after: String, $last: Int, $before: String) {
      conversation(with: $with) {
        id
        messages(first: $first, after: $after, last: $last, before: $before) {
          edges { node { ...ShownMessage } }
          pageInfo { hasNextPage endCursor hasPreviousPage startCursor }
        }
      }
    }
  `,
  [ShownMessage],
);

/** The other account of a conversation: null once it is deleted, even if its username is reused. */
export const Counterpart = graphql(`
  query Counterpart($with: String!) {
    conversation(with: $with) {
      id
      counterpart { id blocked }
    }
  }
`);

/** What the viewer has not read of the conversation with one account. */
export const Unread = graphql(`
  query Unread($with: String!) {
    conversation(with: $with) {
      id
      counterpart { online }
      counterpartId
      counterpartUsername
      unreadCount
      lastMessage { id }
    }
  }
`);

export const MarkRead = graphql(`
  mutation MarkRead($input: MarkReadInput!) {
    markRead(input: $input) {
      __typename
      ... on MarkReadSuccess { conversation { id unreadCount } }
      ... on Error { message }
    }
  }
`);
