import { type Client, createClient } from 'graphql-ws';
import { onTestFinished } from 'vitest';

/** The ways of a client to the server: HTTP, and a WebSocket for subscriptions. */
export interface Network {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: typeof fetch;
  readonly socket: Client;
  /** The names of the operations that went over HTTP so far. */
  readonly asked: readonly string[];
}

export function networkAt(url: string, token: string): Network {
  const headers = { authorization: `Bearer ${token}` };
  const asked: string[] = [];
  const socket = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    connectionParams: headers,
  });
  onTestFinished(() => void socket.dispose());
  return {
    url: `${url}/graphql`,
    headers,
    socket,
    asked,
    fetch(request, init) {
      asked.push(JSON.parse(String(init?.body)).operationName);
      return fetch(request, init);
    },
  };
}
