import { type AnyVariables, createRequest, type DocumentInput } from '@urql/core';
import { type DocumentNode, getOperationAST } from 'graphql';
import { type Connection, connect, type Status } from '../../client/core/connection.ts';
import type { ShownMessage } from '../../client/core/documents.ts';
import { type Inbox, openInbox } from '../../client/core/inbox.ts';
import { type Outcome, openOutbox } from '../../client/core/outbox.ts';
import { newSignal, until } from './wait.ts';

/** Somebody at a client of ours. */
export interface TestClient {
  readonly url: string;
  readonly username: string;
  readonly token: string | undefined;
  readonly connection: Connection;
  /** Every status that the connection went through, the newest last. */
  readonly statuses: Status[];
  /** Resolves once the connection has got this status, counted from now. */
  becomes(status: Status['state']): Promise<void>;
  /** Runs an operation; answers with its data, or throws the CombinedError. */
  ask<Data, Variables extends AnyVariables>(
    document: DocumentInput<Data, Variables>,
    variables: Variables,
    context?: object,
  ): Promise<Data>;
  /** Runs a subscription, and hands out its data one after another. */
  watch<Data, Variables extends AnyVariables>(
    document: DocumentInput<Data, Variables>,
    variables: Variables,
  ): TestSubscription<Data>;
  send(to: string, text: string): Promise<Outcome>;
  /**
   * Opens the inbox, from where the mark stood at login unless told, and collects what it shows.
   */
  read(options?: { after?: number; pendingCount?: number; first?: number }): Reading;
  /** Goes away as a client that is closed; the session stays. */
  close(): void;
}

export interface TestSubscription<Data> {
  /** The next one; rejects with the error that ended the subscription. */
  next(): Promise<Data>;
  /** How many have come that were not handed out yet. */
  readonly waiting: number;
  stop(): void;
}

export interface Reading {
  readonly inbox: Inbox;
  readonly messages: readonly ShownMessage[];
  /** Resolves with all messages once so many have been shown. */
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
  const outbox = openOutbox(connection.client);
  return {
    url,
    username,
    token,
    connection,
    statuses,
    becomes(status) {
      const from = statuses.length;
      return until(changed, () => statuses.slice(from).some(({ state: is }) => is === status));
    },
    async ask(document, variables, context = {}) {
      const { client } = connection;
      const request = createRequest(document, variables);
      const kind =
        getOperationAST(request.query as DocumentNode)?.operation === 'mutation'
          ? 'mutation'
          : 'query';
      const operation = client.createRequestOperation(kind, request, context);
      const { data, error } = await client.executeRequestOperation(operation).toPromise();
      if (error) throw error;
      return data as never;
    },
    watch: (document, variables) => {
      const results: { data?: unknown; error?: unknown }[] = [];
      const arrived = newSignal();
      const { unsubscribe } = connection.client
        .subscription(document, variables)
        .subscribe((result) => {
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
    },
    send: (to, text) => outbox.send(to, text),
    read({ after = mark, pendingCount = 0, first = Number.POSITIVE_INFINITY } = {}) {
      const messages: ShownMessage[] = [];
      const arrived = newSignal();
      const inbox = openInbox(connection.client, {
        after,
        pendingCount,
        first,
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
    },
    close: () => connection.close(),
  };
}
