// A graphql-ws client that survives restarts of the server and failures of the network.
import { createClient } from 'graphql-ws';

/** Opens a socket, with the authorization of a session or without one to log in. */
export function openSocket(url: string, connectionParams: { authorization?: string } = {}) {
  let overdue: ReturnType<typeof setTimeout>;
  const socket = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    connectionParams,
    retryAttempts: Number.POSITIVE_INFINITY,
    // At random, so that not all clients come back in the same moment.
    retryWait: (retries) => {
      const longest = Math.min(1_000 * 2 ** retries, 30_000);
      return new Promise((resolve) => setTimeout(resolve, Math.random() * longest));
    },
    // By default a refused connection is final. Only 4403 is: the session has ended.
    shouldRetry: (reason) => (reason as CloseEvent).code !== 4403,
    // A network may fail without closing the socket. Then no answer comes to a ping.
    keepAlive: 10_000,
    on: {
      ping: (received) => {
        if (!received) overdue = setTimeout(() => socket.terminate(), 5_000);
      },
      pong: () => clearTimeout(overdue),
      closed: () => clearTimeout(overdue),
    },
  });
  return socket;
}
