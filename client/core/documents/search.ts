import { graphql } from '../graphql.ts';
import { ShownMessage } from './message.ts';

/** The viewer's messages that match a text, newest first. */
export const MessagesMatching = graphql(
  `
    query MessagesMatching($matching: String!, $first: Int, $after: String) {
      messages(matching: $matching, first: $first, after: $after) {
        edges { node { ...ShownMessage } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [ShownMessage],
);
