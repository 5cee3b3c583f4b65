import type { IncomingMessage } from 'node:http';
import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { RequestError } from '../../schema/errors.ts';
import type { Backend } from './backend.ts';

/**
 * Reads operations from uncompressed JSON only. A page of another origin can make a browser post a
 * form or plain text without a preflight, but not JSON. A compressed body could expand to a
 * thousand times the bytes received.
 */
export function useRequestBody({
  config,
  metrics,
}: Pick<Backend, 'config' | 'metrics'>): Plugin<object, { readonly req: IncomingMessage }> {
  return {
    onRequestParse({ request, serverContext: { req }, setRequestParser }) {
      if (request.method === 'GET')
        setRequestParser(({ url }) => paramsFromUrl(new URL(url).searchParams));
      if (request.method !== 'POST') return;
      setRequestParser(async () => {
        try {
          checkHeaders(req);
          return paramsFromBody(await readBody(req, config.limits.maxRequestBytes));
        } catch (error) {
          metrics.countRefusal('body');
          throw error;
        }
      });
    },
  };
}

/** @throws {GraphQLError} with status 415, if the body is not uncompressed JSON. */
function checkHeaders({ headers }: IncomingMessage): void {
  if (!/^application\/(graphql\+)?json *(;|$)/i.test(headers['content-type'] ?? ''))
    throw malformed('Send the operation as application/json.', 415);
  if (!/^(identity)?$/i.test(headers['content-encoding'] ?? '')) {
    throw malformed('Send the operation without a content encoding.', 415, {
      'accept-encoding': 'identity',
    });
  }
}

/**
 * Reads a body. The rest of a body that is too large is read and dropped, so that the client gets
 * the answer. A client that disconnects gets none.
 */
function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  if (Number(request.headers['content-length']) > maxBytes) throw tooLarge(maxBytes);
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
    else reject(tooLarge(maxBytes));
  });
  request.once('end', () => resolve(Buffer.concat(chunks)));
  request.once('close', () => {
    if (!request.readableEnded) reject(malformed('The body is incomplete.', 400));
  });
  return promise.then(decodeUtf8);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decodeUtf8(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch {
    throw malformed('The body is not valid UTF-8.', 400);
  }
}

function paramsFromBody(text: string): GraphQLParams {
  const body = parseJson(text, 'The body');
  if (typeof body === 'object' && body !== null) return body;
  throw malformed('The body is not a JSON object.', 400);
}

function paramsFromUrl(search: URLSearchParams): GraphQLParams {
  const { query, operationName, variables, extensions } = Object.fromEntries(search);
  return {
    ...(query && { query }),
    ...(operationName && { operationName }),
    ...(variables && { variables: parseJson(variables, '"variables"') }),
    ...(extensions && { extensions: parseJson(extensions, '"extensions"') }),
  } as GraphQLParams;
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed(`${name} is not valid JSON.`, 400);
  }
}

function tooLarge(maxBytes: number): GraphQLError {
  const error = new RequestError(
    'LIMIT_EXCEEDED',
    `The request body is too large: the limit is ${maxBytes} bytes.`,
  );
  error.extensions.http = { status: 413 };
  return error;
}

const malformed = (
  message: string,
  status: number,
  headers: Record<string, string> = {},
): GraphQLError => new GraphQLError(message, { extensions: { http: { status, headers } } });
