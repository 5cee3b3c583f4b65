import { openWire } from './wire.ts';

/** The result of an operation, as it came over the wire. */
export interface Result {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly ResultError[];
}
export interface ResultError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export interface Operation {
  readonly url: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly token?: string | undefined;
}

/** Posts an operation over plain HTTP. */
export async function post(
  { url, query, variables, token }: Operation,
  headers: Record<string, string> = {},
) {
  return fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
  });
}

export const overHttp = async (
  operation: Operation,
  headers: Record<string, string> = {},
): Promise<Result> => (await (await post(operation, headers)).json()) as Result;

/** Asks for server-sent events and returns the first. */
export async function overEvents(operation: Operation): Promise<Result> {
  const response = await post(operation, { accept: 'text/event-stream' });
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const json = /^data: ?(\{.*)\n\n/m.exec(text)?.[1];
    if (json !== undefined) return JSON.parse(json) as Result;
  }
  throw new Error(`The response with status ${response.status} had no event: ${text}`);
}

/** Asks over a WebSocket and returns the first result. */
export async function overSocket({
  url,
  query,
  variables = {},
  token,
}: Operation): Promise<Result> {
  const wire = await openWire(url, token);
  wire.ask('1', query, variables);
  const [frame] = await wire.received(({ id }) => id === '1');
  wire.socket.terminate();
  return frame?.type === 'error'
    ? { errors: frame.payload as ResultError[] }
    : (frame?.payload as Result);
}

/** Each transport that an operation can use. */
export const ASK_OVER = { HTTP: overHttp, 'server-sent events': overEvents, WebSocket: overSocket };

/** The codes of the errors of a result. */
export const codes = ({ errors = [] }: Result) => errors.map(({ extensions }) => extensions?.code);
