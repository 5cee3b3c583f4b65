import type { IncomingMessage, ServerResponse } from 'node:http';
import { isForwarded } from './address.ts';
import type { Settings } from './backend.ts';

type CorsSettings = Pick<Settings, 'allowedOrigins' | 'proxyHops'>;

/** Seconds for which a browser may cache the answer to a preflight; Chromium's maximum. */
const PREFLIGHT_SECONDS = 7_200;

/**
 * Whether a request comes from a page that may use this server: one of the server's own origin or
 * of ALLOWED_ORIGINS. Only browsers send the Origin header, and no page can change it; a request
 * without it comes from another kind of client, which is always allowed. Only `*` allows an opaque
 * origin (`null`: a sandboxed frame, a file).
 */
export function isAllowedOrigin(
  request: IncomingMessage,
  { allowedOrigins, proxyHops }: CorsSettings,
): boolean {
  if (request.headers.origin === undefined || allowedOrigins.includes('*')) return true;
  // The browser's own statement (Fetch Metadata): it is right even if a proxy does not report that
  // it terminates TLS.
  if (request.headers['sec-fetch-site'] === 'same-origin') return true;
  const origin = normalizeOrigin(request.headers.origin);
  if (origin === undefined) return false;
  return allowedOrigins.includes(origin) || ownOrigins(request, proxyHops).includes(origin);
}

/**
 * Sets the headers that let an allowed page read the answer, and answers its preflight (Fetch
 * standard, "CORS protocol"). Any request header is allowed, since none gives access by itself:
 * tokens travel in one that browsers never add by themselves, and there are no cookies.
 *
 * Other pages get no such header. Without a preflight, all that they can send is an anonymous query
 * over GET, and the browser keeps its answer from them.
 */
export function setCorsHeaders(
  request: IncomingMessage,
  response: ServerResponse,
  settings: CorsSettings,
): void {
  const { origin, 'access-control-request-headers': requestHeaders } = request.headers;
  const isPublic = settings.allowedOrigins.includes('*');
  if (!isPublic) response.appendHeader('vary', 'origin');
  if (!isAllowedOrigin(request, settings) || (!isPublic && origin === undefined)) return;
  response.setHeader('access-control-allow-origin', isPublic ? '*' : `${origin}`);
  response.setHeader('access-control-expose-headers', 'retry-after');
  if (!isPreflight(request)) return;
  response.appendHeader('vary', 'access-control-request-headers');
  response.setHeader('access-control-allow-methods', 'GET, POST');
  response.setHeader('access-control-max-age', PREFLIGHT_SECONDS);
  if (requestHeaders !== undefined)
    response.setHeader('access-control-allow-headers', requestHeaders);
}

const isPreflight = ({ method, headers }: IncomingMessage): boolean =>
  method === 'OPTIONS' &&
  headers.origin !== undefined &&
  headers['access-control-request-method'] !== undefined;

/**
 * Returns the origins under which a browser may know this server: from the Host header, or from
 * what a trusted proxy forwards. A proxy that does not forward the scheme may terminate TLS, so
 * both schemes count.
 */
function ownOrigins(request: IncomingMessage, proxyHops: number): readonly (string | undefined)[] {
  const isProxied = isForwarded(request, proxyHops);
  const forwarded = (name: string): string | undefined => {
    const values = isProxied ? request.headers[name]?.toString().split(',') : undefined;
    return (values?.at(-proxyHops) ?? values?.[0])?.trim();
  };
  const host = forwarded('x-forwarded-host') ?? request.headers.host;
  const scheme = forwarded('x-forwarded-proto');
  const schemes = scheme !== undefined ? [scheme] : isProxied ? ['http', 'https'] : ['http'];
  return schemes.map((each) => normalizeOrigin(`${each}://${host}`));
}

/** Returns the origin of a URL in lower case and without a default port; undefined if opaque. */
function normalizeOrigin(url: string): string | undefined {
  const origin = URL.parse(url)?.origin;
  return origin === 'null' ? undefined : origin;
}
