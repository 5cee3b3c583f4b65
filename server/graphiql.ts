/** What GraphiQL shows to somebody who comes for the first time. */
export const TOUR = `# Parley: a chat whose whole API is this schema.
# Run one of these: the button asks which.

mutation Create {
  createAccount(input: { username: "alice", password: "correct horse" }) {
    __typename
    ... on Error { message }
  }
}

# Then put the token into the headers below:
# { "Authorization": "Bearer …" }
mutation Login {
  login(input: { username: "alice", password: "correct horse", ifOnline: JOIN }) {
    __typename
    ... on LoginSuccess { token pendingCount }
    ... on Error { message }
  }
}

mutation Send {
  sendMessage(input: { to: "alice", text: "hello" }) {
    __typename
    ... on SendMessageSuccess { message { id sentAt } }
    ... on Error { error: message }
  }
}

subscription Receive {
  messageReceived { position senderUsername text sentAt }
}

query Everybody {
  accounts { edges { node { username online } } }
}
`;
