import type { IncomingMessage } from 'node:http';

/**
 * Returns the path of a request exactly as sent: nothing in it is decoded or resolved. A full URL
 * (RFC 9112, section 3.2.2) becomes its path, in `request.url` too. Undefined if the target is not
 * a path, as in `OPTIONS *`, or if the Host header is not a valid host.
 */
export function takePath(request: IncomingMessage): string | undefined {
  if (!isHost(request.headers.host)) return undefined;
  const [, path, rest = ''] =
    /^(?:https?:\/\/[^/?#]*)?(\/[^?#]*)(.*)$/is.exec(request.url ?? '') ?? [];
  if (path !== undefined) request.url = path + rest;
  return path;
}

/** HTTP/1.0 has no Host header. */
const isHost = (host = 'localhost'): boolean =>
  URL.canParse(`http://${host}`) && !/[/?#@\\]/.test(host);
