import { ApolloClient, gql, HttpLink, InMemoryCache, split } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { getMainDefinition } from '@apollo/client/utilities';
import { createClient } from 'graphql-ws';
import { expect, onTestFinished, test } from 'vitest';
import { newChat, PASSWORD } from './support/chat.ts';
import { newSignal, until } from './support/wait.ts';

const LOGIN = `mutation Login($username: String!, $password: String!) {
  login(input: { username: $username, password: $password }) { __typename ... on LoginSuccess { token } }
}`;
const SEND = `mutation Send($to: String!, $text: String!) {
  sendMessage(input: { to: $to, text: $text }) { __typename ... on SendMessageSuccess { sentMessage { id } } }
}`;
const RECEIVE = 'subscription { messageReceived { position senderUsername text } }';
const ACKNOWLEDGE = `mutation Acknowledge($through: Int!) {
  acknowledgeMessages(input: { through: $through }) {
    __typename ... on AcknowledgeMessagesSuccess { mailbox { id deliveredThrough pendingCount } }
  }
}`;

interface Message {
  readonly position: number;
  readonly senderUsername: string;
  readonly text: string;
}

/** What each client library can do, with the session of a token. */
interface Client {
  run(operation: string, variables: Record<string, unknown>): Promise<unknown>;
  receive(each: (message: Message) => void): void;
}

test.for(
  Object.entries({ fetch: withFetch, 'graphql-ws': withGraphqlWs, 'Apollo Client': withApollo }),
)('%s alone logs in, sends, receives and acknowledges', async ([, connect]) => {
  const { chat } = await newChat();
  await chat.create('alice');
  const login = await (await connect(chat.url)).run(LOGIN, {
    username: 'alice',
    password: PASSWORD,
  });
  expect(login).toMatchObject({ login: { __typename: 'LoginSuccess' } });
  const client = await connect(chat.url, (login as { login: { token: string } }).login.token);

  const messages: Message[] = [];
  const arrived = newSignal();
  const send = async (text: string) =>
    expect(await client.run(SEND, { to: 'alice', text })).toMatchObject({
      sendMessage: { __typename: 'SendMessageSuccess' },
    });
  await send('pending');
  client.receive((message) => {
    messages.push(message);
    arrived.notify();
  });
  await until(arrived, () => messages.length === 1);
  await send('live');
  await until(arrived, () => messages.length === 2);
  expect(messages).toEqual([
    expect.objectContaining({ position: 1, senderUsername: 'alice', text: 'pending' }),
    expect.objectContaining({ position: 2, senderUsername: 'alice', text: 'live' }),
  ]);
  expect(await client.run(ACKNOWLEDGE, { through: 2 })).toMatchObject({
    acknowledgeMessages: { mailbox: { deliveredThrough: 2, pendingCount: 0 } },
  });
});

const socketOf = (url: string) => `${url.replace('http', 'ws')}/graphql`;

/** The platform's fetch, with server-sent events for the subscription. */
function withFetch(url: string, token?: string): Client {
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const post = (accept: string, query: string, variables = {}) =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        accept,
        'content-type': 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
      signal: leaving.signal,
    });
  async function read(each: (message: Message) => void): Promise<void> {
    const { body } = await post('text/event-stream', RECEIVE);
    let rest = '';
    for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const events = (rest + text).split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) {
        const json = /^data: (.+)$/m.exec(event)?.[1];
        if (json) each(JSON.parse(json).data.messageReceived);
      }
    }
  }
  return {
    run: async (operation, variables) =>
      (await (await post('application/json', operation, variables)).json()).data,
    receive: (each) => void read(each).catch(() => {}),
  };
}

/** graphql-ws with its defaults, over the platform's WebSocket. */
function withGraphqlWs(url: string, token?: string): Client {
  const client = createClient({
    url: socketOf(url),
    ...(token && { connectionParams: { authorization: `Bearer ${token}` } }),
  });
  onTestFinished(() => void client.dispose());
  return {
    async run(query, variables) {
      const { value } = await client.iterate({ query, variables }).next();
      return value?.data;
    },
    receive(each) {
      client.subscribe<{ messageReceived: Message }>(
        { query: RECEIVE },
        {
          next: ({ data }) => data && each(data.messageReceived),
          error: () => {},
          complete: () => {},
        },
      );
    },
  };
}

/** Apollo Client as documented: HTTP for operations, a WebSocket for subscriptions. */
function withApollo(url: string, token?: string): Client {
  const headers = { ...(token && { authorization: `Bearer ${token}` }) };
  const socket = createClient({ url: socketOf(url), connectionParams: headers });
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: split(
      ({ query }) => {
        const definition = getMainDefinition(query);
        return definition.kind === 'OperationDefinition' && definition.operation === 'subscription';
      },
      new GraphQLWsLink(socket),
      new HttpLink({ uri: `${url}/graphql`, headers }),
    ),
  });
  onTestFinished(async () => {
    client.stop();
    await socket.dispose();
  });
  return {
    run: async (operation, variables) =>
      (await client.mutate({ mutation: gql(operation), variables })).data,
    receive(each) {
      client
        .subscribe<{ messageReceived: Message }>({ query: gql(RECEIVE) })
        .subscribe(({ data }) => data && each(data.messageReceived));
    },
  };
}
