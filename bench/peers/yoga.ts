/** GraphQL Yoga with graphql-ws, as documented. */
import { createServer } from 'node:http';
import { useServer } from 'graphql-ws/use/ws';
import { createPubSub, createSchema, createYoga } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import { listen, type Message, newCounter } from './peer.ts';
import { typeDefs } from './schema.ts';

const numbered = newCounter();
const pubsub = createPubSub<Record<string, [Message]>>();
const usernameIn = (authorization: unknown): string => String(authorization).replace('Bearer ', '');

const yoga = createYoga({
  logging: false,
  context: ({ request, connectionParams }: { request?: Request; connectionParams?: object }) => ({
    username: usernameIn(
      request?.headers.get('authorization') ?? Object(connectionParams).authorization,
    ),
  }),
  schema: createSchema<{ username: string }>({
    typeDefs,
    resolvers: {
      Mutation: {
        sendMessage(_root, { input: { to, text } }, { username }) {
          const message = numbered(username, to, text);
          pubsub.publish(to, message);
          return { sentMessage: message };
        },
        acknowledgeMessages: (_root, { input }) => ({ deliveredThrough: input.through }),
      },
      Subscription: {
        messageReceived: {
          subscribe: (_root, _args, { username }) => pubsub.subscribe(username),
          resolve: (message: Message) => message,
        },
      },
    },
  }),
});

const server = listen(createServer(yoga));
useServer(
  {
    execute: (args) => Object(args.rootValue).execute(args),
    subscribe: (args) => Object(args.rootValue).subscribe(args),
    async onSubscribe(context, _id, params) {
      const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({
        connectionParams: context.connectionParams,
        params,
      });
      const args = {
        schema,
        operationName: params.operationName,
        document: parse(params.query),
        variableValues: params.variables,
        contextValue: await contextFactory(),
        rootValue: { execute, subscribe },
      };
      const errors = validate(args.schema, args.document);
      return errors.length > 0 ? errors : args;
    },
  },
  new WebSocketServer({ server, path: yoga.graphqlEndpoint }),
);
