import type { IncomingMessage } from 'node:http';
import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { RequestError } from '../../schema/errors.ts';
import type { Limits } from '../../schema/limits.ts';

/**
 * Takes operations as JSON alone, uncompressed. A page of another origin can make a browser post a
 * form or plain text without asking; JSON it cannot. And a compressed body could be a thousand
 * times as large as the bytes that came.
 */
export function useJson({
  maxRequestBytes,
}: Limits): Plugin<object, { readonly req: IncomingMessage }> {
  return {
    onRequestParse({ request, serverContext: { req }, setRequestParser }) {
      if (request.method === 'GET')
        setRequestParser(({ url }) => paramsIn(new URL(url).searchParams));
      if (request.method !== 'POST') return;
      if (!/^application\/(graphql\+)?json *(;|$)/i.test(req.headers['content-type'] ?? '')) {
        throw malformed('An operation is posted as application/json.', 415);
      }
      if (!/^(identity)?$/i.test(req.headers['content-encoding'] ?? '')) {
        throw malformed('An operation is posted without a content encoding.', 415, {
          'accept-encoding': 'identity',
        });
      }
      setRequestParser(async () => paramsOf(await textOf(req, maxRequestBytes)));
    },
  };
}

/**
 * Reads a body. What comes after one byte too many is read as well, but dropped, so that its client
 * gets to see the answer. A client that breaks off sees none.
 */
function textOf(request: IncomingMessage, maxBytes: number): Promise<string> {
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
  request.once('close', () => reject(malformed('The body is not complete.', 400)));
  return promise.then(decoded);
}

function decoded(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw malformed('The body is not valid UTF-8.', 400);
  }
}

function paramsOf(text: string): GraphQLParams {
  const body = parsed(text, 'The body');
  if (typeof body === 'object' && body !== null) return body;
  throw malformed('The body is not a JSON object.', 400);
}

function paramsIn(search: URLSearchParams): GraphQLParams {
  const { query, operationName, variables, extensions } = Object.fromEntries(search);
  return {
    ...(query && { query }),
    ...(operationName && { operationName }),
    ...(variables && { variables: parsed(variables, '"variables"') }),
    ...(extensions && { extensions: parsed(extensions, '"extensions"') }),
  } as GraphQLParams;
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed(`${name} is not valid JSON.`, 400);
  }
}

const tooLarge = (maxBytes: number): GraphQLError => {
  const error = new RequestError('LIMIT_EXCEEDED', `A request has at most ${maxBytes} bytes.`);
  error.extensions.http = { status: 413 };
  return error;
};

const malformed = (
  message: string,
  status: number,
  headers: Record<string, string> = {},
): GraphQLError => new GraphQLError(message, { extensions: { http: { status, headers } } });
