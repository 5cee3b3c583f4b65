import {
  type ApolloCache,
  ApolloClient,
  ApolloLink,
  HttpLink,
  InMemoryCache,
} from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import { filter, firstValueFrom } from 'rxjs';
import { onTestFinished } from 'vitest';
import facts from '../../schema/cache.json' with { type: 'json' };
import type { CachingClient } from './caching-client.ts';
import { type ConversationList, type Identified, withOnTop } from './conversation-list.ts';
import { documentNamed } from './documents.ts';
import type { Network } from './network.ts';

const Conversations = documentNamed('Conversations');

/** The parts of a result that have a conversation for the top of the list. */
interface Changed {
  readonly sendMessage?: { readonly sentMessage?: { readonly conversation: Identified } };
  readonly messageReceived?: { readonly conversation: Identified };
}

export async function withApollo(network: Network): Promise<CachingClient> {
  const { url, headers, fetch, socket } = network;
  const client = new ApolloClient({
    cache: new InMemoryCache({ possibleTypes: facts.possibleTypes }),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      new HttpLink({ uri: url, headers, fetch }),
    ),
  });
  onTestFinished(() => client.stop());
  return {
    async watch(name, variables = {}) {
      const query = client.watchQuery({ query: documentNamed(name), variables });
      const subscription = query.subscribe({});
      onTestFinished(() => subscription.unsubscribe());
      await firstValueFrom(query.pipe(filter(({ dataState }) => dataState === 'complete')));
      return () => query.getCurrentResult().data;
    },
    async mutate(name, input) {
      const { data } = await client.mutate<Changed>({
        mutation: documentNamed(name),
        variables: { input },
        update: (cache, { data }) => moveToTop(cache, data?.sendMessage?.sentMessage?.conversation),
      });
      return data;
    },
    follow(name, variables = {}) {
      const subscription = client
        .subscribe<Changed>({ query: documentNamed(name), variables })
        .subscribe(({ data }) => moveToTop(client.cache, data?.messageReceived?.conversation));
      onTestFinished(() => subscription.unsubscribe());
    },
  };
}

function moveToTop(cache: ApolloCache, conversation: Identified | undefined): void {
  if (!conversation) return;
  cache.updateQuery<ConversationList>(
    { query: Conversations },
    (list) => list && withOnTop(list, conversation),
  );
}
