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

/** Success and error both have a `message`, of different types: hence the alias. */
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

/** Messages that any client of the viewer sends. */
export const MessageSent = graphql(
  `
    subscription MessageSent($after: Int) {
      messageSent(after: $after) { ...ShownMessage }
    }
  `,
  [ShownMessage],
);
