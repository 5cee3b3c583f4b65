// The operations of the programs in this folder.

export const LOGIN = `mutation Login($input: LoginInput!) {
  login(input: $input) { ... on LoginSuccess { token } ... on Error { message } }
}`;
export const SEND = `mutation Send($input: SendMessageInput!) {
  sendMessage(input: $input) {
    ... on SendMessageSuccess { sentMessage { id } }
    ... on Error { message }
  }
}`;
export const ACKNOWLEDGE = `mutation Acknowledge($input: AcknowledgeMessagesInput!) {
  acknowledgeMessages(input: $input) {
    ... on AcknowledgeMessagesSuccess { mailbox { id pendingCount } }
    ... on Error { message }
  }
}`;
export const RECEIVE = `subscription Receive {
  messageReceived { id position senderUsername text }
}`;

/** The message is that of an error: the server refused the mutation. */
export type Results = Record<string, { token?: string; message?: string }>;
export interface Received {
  messageReceived: { position: number; senderUsername: string; text: string };
}
