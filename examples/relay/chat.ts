// What relay-compiler reads: it writes an artifact for each operation to __generated__/.
import { graphql } from 'relay-runtime';

graphql`
  mutation chatLoginMutation($input: LoginInput!) {
    login(input: $input) { ... on LoginSuccess { token } ... on Error { message } }
  }
`;
graphql`
  mutation chatSendMutation($input: SendMessageInput!) {
    sendMessage(input: $input) {
      ... on SendMessageSuccess { sentMessage { id } }
      ... on Error { message }
    }
  }
`;
graphql`
  subscription chatMailSubscription {
    messageReceived { id position senderUsername text }
  }
`;
graphql`
  mutation chatAcknowledgeMutation($input: AcknowledgeMessagesInput!) {
    acknowledgeMessages(input: $input) {
      ... on AcknowledgeMessagesSuccess { mailbox { id pendingCount } }
      ... on Error { message }
    }
  }
`;
