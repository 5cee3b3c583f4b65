import { graphql, type ResultOf } from '../graphql.ts';

/** A message as the clients show it. */
export const ShownMessage = graphql(`
  fragment ShownMessage on Message @_unmask {
    id
    position
    senderUsername
    sender { id }
    recipient { id username }
    text
    sentAt
    sentPosition
    delivered
    read
  }
`);
export type ShownMessage = ResultOf<typeof ShownMessage>;

/**
 * A success and an error both have a `message`, of different types: one of the two needs another
 * name.
 */
export const SendMessage = graphql(
  `
    mutation SendMessage($input: SendMessageInput!) {
      sendMessage(input: $input) {
        __typename
        ... on SendMessageSuccess { message { ...ShownMessage } }
        ... on RateLimitedError { retryAfter }
        ... on Error { error: message }
      }
    }
  `,
  [ShownMessage],
);

export const AcknowledgeMessages = graphql(`
  mutation AcknowledgeMessages($input: AcknowledgeMessagesInput!) {
    acknowledgeMessages(input: $input) {
      __typename
      ... on AcknowledgeMessagesSuccess { deliveredThrough pendingCount }
      ... on Error { error: message }
    }
  }
`);

export const MessageReceived = graphql(
  `
    subscription MessageReceived($after: Int) {
      messageReceived(after: $after) { ...ShownMessage }
    }
  `,
  [ShownMessage],
);

/** What the viewer's other clients send. */
export const MessageSent = graphql(
  `
    subscription MessageSent($after: Int) {
      messageSent(after: $after) { ...ShownMessage }
    }
  `,
  [ShownMessage],
);
