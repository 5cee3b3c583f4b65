/** In a window of 1280 pixels, the editor shows 50 characters of a line. */
const ALICE = `# Parley is a chat server.
# This schema is its whole API.
#
# Alice and Bob each have a tab above. To see both
# at once, open this page in a second window, too.
#
# Follow the numbers through both tabs. To run an
# operation, choose it from the button's menu, or
# press Ctrl+Enter with the cursor in it.

# 1. Sign up. If you have done this before, the
# username is taken: continue with 2.
mutation AliceSignsUp {
  createAccount(input: {
    username: "alice"
    password: "correct-horse"
  }) {
    ... on CreateAccountSuccess {
      account { id username }
    }
    ... on Error { message }
  }
}

# 2. Log in. This tab then sends the token: see
# Headers below.
mutation AliceLogsIn {
  login(input: {
    username: "alice"
    password: "correct-horse"
    ifOnline: JOIN
  }) {
    ... on LoginSuccess { token }
    ... on Error { message }
  }
}

# 6. Send a message. While Bob is away, it waits.
mutation AliceSends {
  sendMessage(input: {
    to: "bob"
    text: "Hello!"
  }) {
    ... on SendMessageSuccess {
      sentMessage { id text sentAt }
    }
    ... on Error { message }
  }
}

# 8. See whether it was delivered.
query AliceLooks {
  conversation(with: "bob") {
    lastMessage { text delivered read }
  }
}
`;

const BOB = `# Bob's part. It follows 1 and 2 in Alice's tab.

# 3. Sign up.
mutation BobSignsUp {
  createAccount(input: {
    username: "bob"
    password: "battery-staple"
  }) {
    ... on CreateAccountSuccess {
      account { id username }
    }
    ... on Error { message }
  }
}

# 4. Log in.
mutation BobLogsIn {
  login(input: {
    username: "bob"
    password: "battery-staple"
    ifOnline: JOIN
  }) {
    ... on LoginSuccess { token }
    ... on Error { message }
  }
}

# 5. Receive what is pending, then new messages,
# until you press the button or leave the tab. The
# newest is on top, earlier ones are below.
#
# Kill the server meanwhile and start it again:
# this reconnects, and no message is lost.
subscription BobReceives {
  messageReceived {
    position
    senderUsername
    text
    sentAt
  }
}

# 7. Stop receiving, and acknowledge the position
# of the last message that you saw. Otherwise you
# get the same messages again the next time.
mutation BobAcknowledges {
  acknowledgeMessages(input: { through: 1 }) {
    ... on AcknowledgeMessagesSuccess {
      mailbox { deliveredThrough pendingCount }
    }
    ... on Error { message }
  }
}
`;

/** What a newcomer finds in the tabs: a chat of two people, step by step. */
export const TOUR = [ALICE, BOB];
