/** The part of Parley's schema that the benchmark uses, for GraphQL servers without storage. */
export const typeDefs = `
  type Message { id: ID! position: Int! text: String! sentAt: String! senderUsername: String! to: String! }
  type SendMessageSuccess { sentMessage: Message! }
  type AcknowledgeMessagesSuccess { deliveredThrough: Int! }
  input AcknowledgeMessagesInput { through: Int! }
  input SendMessageInput { to: String! text: String! clientMessageId: ID }
  type Query { version: String }
  type Mutation {
    sendMessage(input: SendMessageInput!): SendMessageSuccess!
    acknowledgeMessages(input: AcknowledgeMessagesInput!): AcknowledgeMessagesSuccess!
  }
  type Subscription { messageReceived: Message! }
`;
