import { hash } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** A file that is the same for all clients, compressed once. */
export interface StaticFile {
  readonly type: string;
  /** A weak tag (RFC 9110, section 8.8.1), since all codings share it. */
  readonly etag: string;
  /** By content coding, the smallest first. */
  readonly bodies: readonly (readonly [coding: string, body: Uint8Array])[];
}

/** Above this quality, Brotli takes three times as long to save three percent. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } };

/** Compresses a file off the main thread. */
export async function staticFile(type: string, body: Buffer): Promise<StaticFile> {
  const [brotli, gzipped] = await Promise.all([
    promisify(brotliCompress)(body, BROTLI),
    promisify(gzip)(body),
  ]);
  return {
    type,
    etag: `W/"${hash('sha256', body, 'base64url')}"`,
    bodies: [
      ['br', brotli],
      ['gzip', gzipped],
      ['identity', body],
    ],
  };
}

/**
 * Answers GET and HEAD with a file, in the smallest coding that the client accepts, or with 304 if
 * the client already has it.
 */
export function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: StaticFile,
  headers: OutgoingHttpHeaders,
): void {
  const { 'accept-encoding': accepted = '', 'if-none-match': tags = '' } = request.headers;
  response.appendHeader('vary', 'accept-encoding').setHeader('etag', file.etag);
  if (matches(tags, file.etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  const [coding, body] = file.bodies.find(([name]) => accepts(String(accepted), name)) ?? [
    'identity',
    '',
  ];
  if (coding !== 'identity') response.setHeader('content-encoding', coding);
  response.writeHead(200, { ...headers, 'content-type': file.type, 'content-length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Whether If-None-Match lists a tag, by the weak comparison of RFC 9110. */
const matches = (tags: string, etag: string): boolean =>
  tags
    .split(',')
    .some(
      (tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag.replace(/^W\//, ''),
    );

/** Whether Accept-Encoding allows a coding. Identity always counts as allowed, to avoid a 406. */
function accepts(header: string, coding: string): boolean {
  if (coding === 'identity') return true;
  const choices = header.split(',').map((choice) =>
    choice
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/),
  );
  const choice = choices.find(([name]) => name === coding);
  return choice !== undefined && !choice.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
}

/** Returns the headers of an HTML document: its policy, and no use or framing by other pages. */
export const documentHeaders = (policy: readonly string[]) => ({
  'content-security-policy': policy.join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
});
