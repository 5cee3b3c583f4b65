import { type AnyVariables, type Client, createRequest, type DocumentInput } from '@urql/core';
import { type DocumentNode, getOperationAST } from 'graphql';
import { type Connection, connect, type Status } from '../../client/core/connection.ts';
import type { ShownMessage } from '../../client/core/documents/message.ts';
import { type Inbox, openInbox } from '../../client/core/inbox.ts';
import { type Outcome, openOutbox } from '../../client/core/outbox.ts';
import { newSignal, until } from './wait.ts';

/** A client of client/core, as tests use it. */
export interface TestClient {
  readonly url: string;
  readonly username: string;
  readonly token: string | undefined;
  readonly connection: Connection;
  /** Every status of the connection so far, the newest last. */
  readonly statuses: Status[];
  /** Resolves at the next change to this status. */
  becomes(status: Status['state']): Promise<void>;
  /** Runs an operation. Returns its data, or throws the CombinedError. */
  ask<Data, Variables extends AnyVariables>(
    document: DocumentInput<Data, Variables>,
    variables: Variables,
    context?: object,
  ): Promise<Data>;
  /** Runs a subscription and queues its results. */
  watch<Data, Variables extends AnyVariables>(
    document: DocumentInput<Data, Variables>,
    variables: Variables,
  ): TestSubscription<Data>;
  send(to: string, text: string): Promise<Outcome>;
  /** Opens the inbox, by default after the mark at login, and collects what it shows. */
  read(options?: { after?: number; pendingCount?: number; first?: number }): Reading;
  /** Closes the connection. The session remains. */
  close(): void;
}

export interface TestSubscription<Data> {
  /** Returns the next result. Rejects with the error that ended the subscription. */
  next(): Promise<Data>;
  /** Number of results received but not yet returned. */
  readonly waiting: number;
  stop(): void;
}

export interface Reading {
  readonly inbox: Inbox;
  readonly messages: readonly ShownMessage[];
  /** Resolves with all messages once `count` have been shown. */
  shown(count: number): Promise<readonly ShownMessage[]>;
}

export function testClientAt(
  url: string,
  token?: string,
  username = 'nobody',
  mark = 0,
): TestClient {
  const statuses: Status[] = [];
  const changed = newSignal();
  const connection = connect({
    url,
    token,
    onStatus(status) {
      statuses.push(status);
      changed.notify();
    },
  });
  const { client } = connection;
  const outbox = openOutbox(client);
  return {
    url,
    username,
    token,
    connection,
    statuses,
    becomes(status) {
      const from = statuses.length;
      return until(changed, () => statuses.slice(from).some(({ state }) => state === status));
    },
    ask: (document, variables, context) => ask(client, document, variables, context),
    watch: (document, variables) => watch(client, document, variables),
    send: (to, text) => outbox.send(to, text),
    read: ({ after = mark, pendingCount = 0, first = Number.POSITIVE_INFINITY } = {}) =>
      read(client, { after, pendingCount, first }),
    close: () => connection.close(),
  };
}

async function ask<Data, Variables extends AnyVariables>(
  client: Client,
  document: DocumentInput<Data, Variables>,
  variables: Variables,
  context = {},
): Promise<Data> {
  const request = createRequest(document, variables);
  const kind =
    getOperationAST(request.query as DocumentNode)?.operation === 'mutation' ? 'mutation' : 'query';
  const operation = client.createRequestOperation(kind, request, context);
  const { data, error } = await client.executeRequestOperation(operation).toPromise();
  if (error) throw error;
  return data as never;
}

function watch<Data, Variables extends AnyVariables>(
  client: Client,
  document: DocumentInput<Data, Variables>,
  variables: Variables,
): TestSubscription<Data> {
  const results: { data?: unknown; error?: unknown }[] = [];
  const arrived = newSignal();
  const { unsubscribe } = client.subscription(document, variables).subscribe((result) => {
    results.push(result);
    arrived.notify();
  });
  return {
    stop: unsubscribe,
    get waiting() {
      return results.length;
    },
    async next() {
      await until(arrived, () => results.length > 0);
      const { data, error } = results.shift() ?? {};
      if (error) throw error;
      return data as never;
    },
  };
}

function read(
  client: Client,
  options: { after: number; pendingCount: number; first: number },
): Reading {
  const messages: ShownMessage[] = [];
  const arrived = newSignal();
  const inbox = openInbox(client, {
    ...options,
    show(message) {
      messages.push(message);
      arrived.notify();
    },
  });
  return {
    inbox,
    messages,
    async shown(count) {
      await until(arrived, () => messages.length >= count);
      return messages;
    },
  };
}
