/** Mercurius with its JIT compiler, as documented. */
import fastify, { type FastifyRequest } from 'fastify';
import mercurius from 'mercurius';
import { newCounter } from './peer.ts';
import { typeDefs } from './schema.ts';

const numbered = newCounter();
const usernameIn = (authorization: unknown): string => String(authorization).replace('Bearer ', '');

const app = fastify();
app.register(mercurius, {
  schema: typeDefs,
  jit: 1,
  resolvers: {
    Mutation: {
      async sendMessage(_root, { input: { to, text } }, { username, pubsub }) {
        const message = numbered(username, to, text);
        await pubsub.publish({ topic: to, payload: { messageReceived: message } });
        return { sentMessage: message };
      },
      acknowledgeMessages: async (_root, { input }) => ({ deliveredThrough: input.through }),
    },
    Subscription: {
      messageReceived: {
        subscribe: (_root, _args, { username, pubsub }) => pubsub.subscribe(username),
      },
    },
  },
  context: ({ headers }: FastifyRequest) => ({ username: usernameIn(headers.authorization) }),
  subscription: {
    fullWsTransport: true,
    onConnect: ({ payload }) => ({ username: usernameIn(payload?.authorization) }),
  },
});
process.stdout.write(`Parley listens on ${await app.listen({ port: 0, host: '127.0.0.1' })}\n`);
