import {
  buildSchema,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isUnionType,
} from 'graphql';
import { expect, test } from 'vitest';
import { sdl } from '../../schema/index.ts';

/** The names that clients outside this repository rely on. More may be added; none may change. */
const CONTRACT = `
  interface Error { message: String! }
  interface Node { id: ID! }

  type Account implements Node { id: ID!  username: String!  createdAt: DateTime!  online: Boolean  blocked: Boolean }
  type Message implements Node {
    id: ID!
    position: Int
    sentPosition: Int
    sender: Account
    senderUsername: String!
    recipient: Account!
    conversation: Conversation!
    text: String!
    sentAt: DateTime!
    delivered: Boolean!
    read: Boolean!
  }
  type Conversation implements Node {
    id: ID!
    counterpart: Account
    counterpartId: ID!
    counterpartUsername: String!
    lastMessage: Message
    unreadCount: Int!
    deliveredThrough: ID
    readThrough: ID
    typing: Boolean!
    messages(first: Int, after: String, last: Int, before: String): MessageConnection!
  }
  type Mailbox implements Node {
    id: ID!
    deliveredThrough: Int!
    pendingCount: Int!
    sentThrough: Int!
  }

  type Query {
    node(id: ID!): Node
    viewer: Account
    account(username: String!): Account
    accounts(matching: String, first: Int, after: String): AccountConnection!
    mailbox: Mailbox
    pendingMessages(first: Int, after: String): MessageConnection
    conversations(first: Int, after: String): ConversationConnection
    conversation(with: String!): Conversation
    messages(matching: String!, first: Int, after: String): MessageConnection
    blockedAccounts(first: Int, after: String): AccountConnection
    server: ServerInfo!
  }
  type Mutation {
    createAccount(input: CreateAccountInput!): CreateAccountResult!
    login(input: LoginInput!): LoginResult!
    logout: LogoutResult!
    changePassword(input: ChangePasswordInput!): ChangePasswordResult!
    deleteAccount(input: DeleteAccountInput!): DeleteAccountResult!
    sendMessage(input: SendMessageInput!): SendMessageResult!
    acknowledgeMessages(input: AcknowledgeMessagesInput!): AcknowledgeMessagesResult!
    markRead(input: MarkReadInput!): MarkReadResult!
    blockAccount(input: BlockAccountInput!): BlockAccountResult!
    unblockAccount(input: UnblockAccountInput!): UnblockAccountResult!
    setTyping(input: SetTypingInput!): SetTypingResult!
  }
  type Subscription {
    messageReceived(after: Int): Message!
    messageSent(after: Int): Message!
    receiptReceived: Receipt!
    presenceChanged(of: [String!]!): Account!
    typingChanged(in: [ID!]!): Conversation!
  }
  type Receipt { by: Account!  conversation: Conversation!  deliveredThrough: ID  readThrough: ID }

  input CreateAccountInput { username: String!  password: String! }
  input LoginInput { username: String!  password: String!  ifOnline: IfOnline = REFUSE }
  enum IfOnline { REFUSE REPLACE JOIN }
  input ChangePasswordInput { currentPassword: String!  newPassword: String! }
  input DeleteAccountInput { username: String!  password: String! }
  input SendMessageInput { to: String!  text: String!  clientMessageId: ID }
  input AcknowledgeMessagesInput { through: Int! }
  input MarkReadInput { with: String!  through: ID! }
  input BlockAccountInput { account: String! }
  input UnblockAccountInput { account: String! }
  input SetTypingInput { with: String!  typing: Boolean! }

  type CreateAccountSuccess { account: Account! }
  type LoginSuccess { token: String!  account: Account!  mailbox: Mailbox! }
  type LogoutSuccess { account: Account! }
  type ChangePasswordSuccess { token: String!  account: Account! }
  type DeleteAccountSuccess { accountId: ID!  username: String!  undelivered: [Message!]! }
  type SendMessageSuccess { sentMessage: Message! }
  type AcknowledgeMessagesSuccess { mailbox: Mailbox! }
  type MarkReadSuccess { conversation: Conversation! }
  type BlockAccountSuccess { account: Account! }
  type UnblockAccountSuccess { account: Account! }
  type SetTypingSuccess { conversation: Conversation! }

  union CreateAccountResult =
    CreateAccountSuccess | UsernameTakenError | InvalidUsernameError | WeakPasswordError | RateLimitedError
  union LoginResult = LoginSuccess | InvalidCredentialsError | AlreadyLoggedInError | RateLimitedError
  union LogoutResult = LogoutSuccess | RateLimitedError
  union ChangePasswordResult = ChangePasswordSuccess | InvalidCredentialsError | WeakPasswordError | RateLimitedError
  union DeleteAccountResult =
    DeleteAccountSuccess | InvalidCredentialsError | AlreadyLoggedInError | RateLimitedError
  union SendMessageResult =
    | SendMessageSuccess
    | AccountNotFoundError
    | InvalidTextError
    | MailboxFullError
    | ClientMessageIdReusedError
    | RecipientBlockedError
    | RateLimitedError
  union AcknowledgeMessagesResult = AcknowledgeMessagesSuccess | BeyondMailboxError
  union MarkReadResult = MarkReadSuccess | AccountNotFoundError | MessageNotFoundError
  union BlockAccountResult = BlockAccountSuccess | AccountNotFoundError | CannotBlockSelfError
  union UnblockAccountResult = UnblockAccountSuccess | AccountNotFoundError
  union SetTypingResult = SetTypingSuccess | AccountNotFoundError | RecipientBlockedError | RateLimitedError

  type UsernameTakenError { message: String! }
  type InvalidUsernameError { message: String! }
  type WeakPasswordError { message: String!  reason: PasswordWeakness! }
  type InvalidCredentialsError { message: String! }
  type AlreadyLoggedInError { message: String! }
  type RateLimitedError { message: String!  retryAfter: Int! }
  type AccountNotFoundError { message: String! }
  type InvalidTextError { message: String!  reason: TextFault!  limit: Int!  actual: Int! }
  type MailboxFullError { message: String!  limit: Int! }
  type ClientMessageIdReusedError { message: String! }
  type RecipientBlockedError { message: String! }
  type CannotBlockSelfError { message: String! }
  type BeyondMailboxError { message: String!  lastPosition: Int! }
  type MessageNotFoundError { message: String! }

  type ServerInfo { version: String!  limits: Limits! }
  type AccountConnection { edges: [AccountEdge!]!  pageInfo: PageInfo! }
  type AccountEdge { cursor: String!  node: Account! }
  type ConversationConnection { edges: [ConversationEdge!]!  pageInfo: PageInfo! }
  type ConversationEdge { cursor: String!  node: Conversation! }
  type MessageConnection { edges: [MessageEdge!]!  pageInfo: PageInfo! }
  type MessageEdge { cursor: String!  node: Message! }
  type PageInfo { hasNextPage: Boolean!  hasPreviousPage: Boolean!  startCursor: String  endCursor: String }

  enum PasswordWeakness { TOO_SHORT TOO_LONG COMMON SAME_AS_USERNAME }
  enum TextFault { EMPTY TOO_LONG CONTROL_CHARACTER NOT_UNICODE }
  type Limits { maxTextLength: Int!  maxPendingMessages: Int!  maxPageSize: Int! }
  scalar DateTime
`;

test('the schema has every name of the contract with its type', () => {
  const present = new Set(linesOf(buildSchema(sdl)));
  expect(linesOf(buildSchema(CONTRACT)).filter((line) => !present.has(line))).toEqual([]);
});

test('the contract check finds a changed type', () => {
  const present = new Set(
    linesOf(buildSchema(sdl.replace(/^ {2}retryAfter: Int!$/m, '  retryAfter: Int'))),
  );
  expect(linesOf(buildSchema(CONTRACT)).filter((line) => !present.has(line))).toEqual([
    'RateLimitedError.retryAfter: Int!',
  ]);
});

/** Lists everything in a schema that a client can name, one per line. */
function linesOf(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (type.name.startsWith('__')) return [];
    if (isEnumType(type)) return type.getValues().map(({ name }) => `${type.name}.${name}`);
    if (isUnionType(type)) return type.getTypes().map(({ name }) => `${type.name} | ${name}`);
    if (isInputObjectType(type))
      return Object.values(type.getFields()).map((field) => `${type.name}.${argument(field)}`);
    if (!('getFields' in type)) return [type.name];
    const fields = Object.values(type.getFields()).flatMap((field) => [
      `${type.name}.${field.name}: ${field.type}`,
      ...field.args.map((arg) => `${type.name}.${field.name}(${argument(arg)})`),
    ]);
    return [...type.getInterfaces().map(({ name }) => `${type.name} & ${name}`), ...fields];
  });
}

const argument = ({ name, type }: { name: string; type: unknown }) => `${name}: ${type}`;
