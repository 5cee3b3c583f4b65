import { graphql, type ResultOf } from './graphql.ts';

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

export const CreateAccount = graphql(`
  mutation CreateAccount($input: CreateAccountInput!) {
    createAccount(input: $input) {
      __typename
      ... on CreateAccountSuccess { account { username } }
      ... on Error { error: message }
    }
  }
`);

/** Where a session goes on from, in what it receives and in what the account sends. */
export const Mailbox = graphql(`
  fragment Mailbox on Mailbox @_unmask {
    deliveredThrough
    pendingCount
    sentThrough
  }
`);
export type Mailbox = ResultOf<typeof Mailbox>;

export const Login = graphql(
  `
    mutation Login($input: LoginInput!) {
      login(input: $input) {
        __typename
        ... on LoginSuccess { token account { id username } mailbox { ...Mailbox } }
        ... on Error { error: message }
      }
    }
  `,
  [Mailbox],
);

export const Logout = graphql(`
  mutation Logout {
    logout { account { username } }
  }
`);

export const ChangePassword = graphql(`
  mutation ChangePassword($input: ChangePasswordInput!) {
    changePassword(input: $input) {
      __typename
      ... on ChangePasswordSuccess { token }
      ... on Error { error: message }
    }
  }
`);

export const DeleteAccount = graphql(
  `
    mutation DeleteAccount($input: DeleteAccountInput!) {
      deleteAccount(input: $input) {
        __typename
        ... on DeleteAccountSuccess { username undeliveredCount undelivered { ...ShownMessage } }
        ... on Error { error: message }
      }
    }
  `,
  [ShownMessage],
);

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

export const Viewer = graphql(
  `
    query Viewer {
      viewer { id username }
      mailbox { ...Mailbox }
    }
  `,
  [Mailbox],
);

export const AccountsMatching = graphql(`
  query AccountsMatching($matching: String, $first: Int, $after: String) {
    accounts(matching: $matching, first: $first, after: $after) {
      edges { node { id username online } }
      pageInfo { hasNextPage endCursor }
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

export const ReceiptReceived = graphql(`
  subscription ReceiptReceived {
    receiptReceived { by { id username } deliveredThrough readThrough }
  }
`);

export const PresenceChanged = graphql(`
  subscription PresenceChanged($of: [String!]!) {
    presenceChanged(of: $of) { id username online }
  }
`);

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

/** What the server allows, of what a client has to know beforehand. */
export const Limits = graphql(`
  query Limits {
    server {
      limits { maxTextLength maxRequestBytes }
    }
  }
`);
