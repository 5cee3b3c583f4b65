import { graphql, type ResultOf } from '../graphql.ts';

/**
 * A message as the clients show it. What the viewer received has a `position`, and what the viewer
 * sent has a `sentPosition`; a message to oneself has both.
 */
export const ShownMessage = graphql(`
  fragment ShownMessage on Message @_unmask {
    id
    position
    sentPosition
    senderUsername
    recipient { username }
    conversation { counterpartId }
    text
    sentAt
    delivered
    read
  }
`);
export type ShownMessage = ResultOf<typeof ShownMessage>;

export const SendMessage = graphql(
  `
    mutation SendMessage($input: SendMessageInput!) {
      sendMessage(input: $input) {
        __typename
        ... on SendMessageSuccess { sentMessage { ...ShownMessage } }
        ... on RateLimitedError { retryAfter }
        ... on Error { message }
      }
    }
  `,
  [ShownMessage],
);

export const AcknowledgeMessages = graphql(`
  mutation AcknowledgeMessages($input: AcknowledgeMessagesInput!) {
    acknowledgeMessages(input: $input) {
      __typename
      ... on AcknowledgeMessagesSuccess { mailbox { deliveredThrough pendingCount } }
      ... on Error { message }
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

/** Messages that any client of the viewer sends. */
export const MessageSent = graphql(
  `
    subscription MessageSent($after: Int) {
      messageSent(after: $after) { ...ShownMessage }
    }
  `,
  [ShownMessage],
);
