/** Apollo Server with Express and graphql-ws, as documented. */
import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import { makeExecutableSchema } from '@graphql-tools/schema';
import express from 'express';
import { execute, parse, subscribe, validate } from 'graphql';
import { PubSub } from 'graphql-subscriptions';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { listen, newCounter } from './peer.ts';
import { typeDefs } from './schema.ts';

const numbered = newCounter();
const pubsub = new PubSub();
const usernameIn = (authorization: unknown) => ({
  username: String(authorization).replace('Bearer ', ''),
});

const schema = makeExecutableSchema({
  typeDefs,
  resolvers: {
    Mutation: {
      async sendMessage(_root, { input: { to, text } }, { username }) {
        const message = numbered(username, to, text);
        await pubsub.publish(to, { messageReceived: message });
        return { sentMessage: message };
      },
      acknowledgeMessages: (_root, { input }) => ({ deliveredThrough: input.through }),
    },
    Subscription: {
      messageReceived: {
        subscribe: (_root, _args, { username }) => pubsub.asyncIterableIterator(username),
      },
    },
  },
});

const apollo = new ApolloServer({ schema });
await apollo.start();
const app = express();
app.use(
  '/graphql',
  express.json(),
  expressMiddleware(apollo, { context: async ({ req }) => usernameIn(req.headers.authorization) }),
);
const server = listen(createServer(app));
useServer(
  {
    schema,
    // Of the version of graphql that Apollo needs.
    parse,
    validate,
    execute,
    subscribe,
    context: ({ connectionParams }) => usernameIn(Object(connectionParams).authorization),
  },
  new WebSocketServer({ server, path: '/graphql' }),
);
