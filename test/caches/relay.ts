import {
  ConnectionHandler,
  commitMutation,
  createOperationDescriptor,
  Environment,
  fetchQuery,
  Observable,
  RecordSource,
  Network as RelayNetwork,
  ROOT_ID,
  requestSubscription,
  Store,
} from 'relay-runtime';
import { onTestFinished } from 'vitest';
import type { CachingClient } from './caching-client.ts';
import type { Network } from './network.ts';
import { compileDocuments } from './relay-compiler.ts';

export async function withRelay(network: Network): Promise<CachingClient> {
  const { url, headers, fetch, socket } = network;
  const artifact = await compileDocuments();
  const environment = new Environment({
    network: RelayNetwork.create(
      async ({ name, text }, variables) => {
        const response = await fetch(url, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify({ operationName: name, query: text, variables }),
        });
        return response.json();
      },
      ({ text }, variables) =>
        Observable.create((sink) =>
          socket.subscribe({ query: text ?? '', variables }, sink as never),
        ),
    ),
    store: new Store(new RecordSource()),
  });
  const lists = [ConnectionHandler.getConnectionID(ROOT_ID, 'Chat_conversations')];
  return {
    async watch(name, variables = {}) {
      const query = artifact(name);
      const operation = createOperationDescriptor(query, variables);
      const retained = environment.retain(operation);
      onTestFinished(() => retained.dispose());
      await fetchQuery(environment, query, variables).toPromise();
      let shown = environment.lookup(operation.fragment);
      const subscription = environment.subscribe(shown, (changed) => {
        shown = changed;
      });
      onTestFinished(() => subscription.dispose());
      return () => inOrder(shown.data as never);
    },
    mutate: (name, input) =>
      new Promise((resolve, reject) => {
        commitMutation(environment, {
          mutation: artifact(name),
          variables: { input, lists },
          onCompleted: resolve,
          onError: reject,
        });
      }),
    follow(name, variables = {}) {
      const subscription = requestSubscription(environment, {
        subscription: artifact(name),
        variables: { ...variables, lists },
        // It ends with the session.
        onError: () => {},
      });
      onTestFinished(() => subscription.dispose());
    },
  };
}

/** Sorts the conversations: `@prependNode` leaves one where it is that the list already has. */
function inOrder(shown: { conversations?: Conversations }) {
  const { conversations } = shown;
  if (!conversations) return shown;
  const edges = conversations.edges.toSorted((a, b) =>
    a.node.lastMessage.id < b.node.lastMessage.id ? 1 : -1,
  );
  return { conversations: { ...conversations, edges } };
}

interface Conversations {
  readonly edges: readonly { readonly node: { readonly lastMessage: { readonly id: string } } }[];
}
