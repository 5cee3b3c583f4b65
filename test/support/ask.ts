import { openWire } from './wire.ts';

/** What came of an operation, as it was on the wire. */
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

/** Posts an operation by plain HTTP. */
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
  asking: Operation,
  headers: Record<string, string> = {},
): Promise<Result> => (await (await post(asking, headers)).json()) as Result;

/** Asks for server-sent events, and takes the first. */
export async function overEvents(asking: Operation): Promise<Result> {
  const response = await post(asking, { accept: 'text/event-stream' });
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const json = /^data: ?(\{.*)\n\n/m.exec(text)?.[1];
    if (json !== undefined) return JSON.parse(json) as Result;
  }
  throw new Error(`No event came with status ${response.status}: ${text}`);
}

/** Asks over a WebSocket, and takes the first result. */
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

/** Every way in which an operation can come. */
export const ASK_OVER = { HTTP: overHttp, 'server-sent events': overEvents, WebSocket: overSocket };

/** The codes of the errors of a result. */
export const codes = ({ errors = [] }: Result) => errors.map(({ extensions }) => extensions?.code);
