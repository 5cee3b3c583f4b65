import { graphql } from '../graphql.ts';
import { ShownMessage } from './message.ts';

export const Conversations = graphql(
  `
    query Conversations($first: Int, $after: String) {
      conversations(first: $first, after: $after) {
        edges {
          node {
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

export const Conversation = graphql(
  `
    query Conversation($with: String!, $first: Int, $after: String, $last: Int, $before: String) {
      conversation(with: $with, first: $first, after: $after, last: $last, before: $before) {
        edges { node { ...ShownMessage } }
        pageInfo { hasNextPage endCursor hasPreviousPage startCursor }
      }
    }
  `,
  [ShownMessage],
);

export const MarkRead = graphql(`
  mutation MarkRead($input: MarkReadInput!) {
    markRead(input: $input) {
      __typename
      ... on MarkReadSuccess { readThrough unreadCount }
      ... on Error { error: message }
    }
  }
`);
