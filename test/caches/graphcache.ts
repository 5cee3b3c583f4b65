import { Client, fetchExchange, type OperationResult, subscriptionExchange } from '@urql/core';
import { type Cache, cacheExchange } from '@urql/exchange-graphcache';
import { onTestFinished } from 'vitest';
import facts from '../../schema/cache.json' with { type: 'json' };
import type { CachingClient } from './caching-client.ts';
import { type ConversationList, type Identified, withOnTop } from './conversation-list.ts';
import { documentNamed } from './documents.ts';
import type { Network } from './network.ts';

const Conversations = documentNamed('Conversations');

/** The parts of a result that have a conversation for the top of the list. */
interface Sent {
  readonly sentMessage?: { readonly conversation: Identified };
}
interface Received {
  readonly conversation: Identified;
}

export async function withGraphcache(network: Network): Promise<CachingClient> {
  const { url, headers, fetch, socket } = network;
  const client = new Client({
    url,
    preferGetMethod: false,
    fetchOptions: { headers },
    fetch,
    exchanges: [
      cacheExchange({
        schema: facts.introspection,
        keys: Object.fromEntries(facts.keyless.map((type) => [type, () => null])),
        updates: {
          Mutation: {
            sendMessage: ({ sendMessage }, _args, cache) =>
              moveToTop(cache, (sendMessage as Sent).sentMessage?.conversation),
          },
          Subscription: {
            messageReceived: ({ messageReceived }, _args, cache) =>
              moveToTop(cache, (messageReceived as Received).conversation),
          },
        },
      }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables }, sink) }),
        }),
      }),
    ],
  });
  return {
    async watch(name, variables = {}) {
      let shown: OperationResult | undefined;
      const first = Promise.withResolvers<void>();
      const { unsubscribe } = client.query(documentNamed(name), variables).subscribe((result) => {
        shown = result;
        first.resolve();
      });
      onTestFinished(unsubscribe);
      await first.promise;
      return () => shown?.data;
    },
    mutate: async (name, input) => (await client.mutation(documentNamed(name), { input })).data,
    follow(name, variables = {}) {
      const { unsubscribe } = client
        .subscription(documentNamed(name), variables)
        .subscribe(() => {});
      onTestFinished(unsubscribe);
    },
  };
}

function moveToTop(cache: Cache, conversation: Identified | undefined): void {
  if (!conversation) return;
  cache.updateQuery<ConversationList>(
    { query: Conversations },
    (list) => list && withOnTop(list, conversation),
  );
}
