import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Config } from '../config.ts';
import { isForwarded } from './address.ts';

type Origins = Pick<Config, 'allowedOrigins' | 'proxyHops'>;

/** Seconds that a browser may keep the answer to a preflight; Chromium keeps none for longer. */
const PREFLIGHT_SECONDS = 7_200;

/**
 * Whether the page that sends a request may use this server: a page of the server's own origin, or
 * of one that ALLOWED_ORIGINS names. Browsers alone send the Origin header, and no page can change
 * it; a request without it comes from another kind of client, which may. An opaque origin (`null`:
 * a sandboxed frame, a file) is nobody's own, so `*` alone allows it.
 */
export function mayUse(request: IncomingMessage, { allowedOrigins, proxyHops }: Origins): boolean {
  if (request.headers.origin === undefined || allowedOrigins.includes('*')) return true;
  // The browser's own word (Fetch Metadata), which holds behind a proxy that does not say that it
  // ends TLS.
  if (request.headers['sec-fetch-site'] === 'same-origin') return true;
  const origin = originIn(request.headers.origin);
  if (origin === undefined) return false;
  return allowedOrigins.includes(origin) || ownOrigins(request, proxyHops).includes(origin);
}

/**
 * Lets the page read the answer if it may use the server, and answers what a preflight asks (Fetch
 * standard, "CORS protocol"). Any header may be sent, since none makes a difference to what is
 * allowed: tokens travel in one that browsers never add by themselves, and there are no cookies.
 *
 * A page that may not gets no such header, and nothing else: what it can send without a preflight
 * is a query over GET, as nobody in particular, whose answer its browser keeps from it.
 */
export function allowOrigin(
  request: IncomingMessage,
  response: ServerResponse,
  config: Origins,
): void {
  const { origin, 'access-control-request-headers': asked } = request.headers;
  const anyone = config.allowedOrigins.includes('*');
  if (!anyone) response.appendHeader('vary', 'origin');
  if (!mayUse(request, config) || (!anyone && origin === undefined)) return;
  response.setHeader('access-control-allow-origin', anyone ? '*' : `${origin}`);
  response.setHeader('access-control-expose-headers', 'retry-after');
  if (!isPreflight(request)) return;
  response.appendHeader('vary', 'access-control-request-headers');
  response.setHeader('access-control-allow-methods', 'GET, POST');
  response.setHeader('access-control-max-age', PREFLIGHT_SECONDS);
  if (asked !== undefined) response.setHeader('access-control-allow-headers', asked);
}

const isPreflight = ({ method, headers }: IncomingMessage): boolean =>
  method === 'OPTIONS' &&
  headers.origin !== undefined &&
  headers['access-control-request-method'] !== undefined;

/**
 * The origins under which a browser may know this server: by the Host header, or as a trusted proxy
 * says that it was asked. A proxy that does not say whether it was asked over TLS may have been, so
 * that both schemes are its own.
 */
function ownOrigins(request: IncomingMessage, proxyHops: number): readonly (string | undefined)[] {
  const forwarded = isForwarded(request, proxyHops);
  const told = (name: string): string | undefined => {
    const values = forwarded ? request.headers[name]?.toString().split(',') : undefined;
    return (values?.at(-proxyHops) ?? values?.[0])?.trim();
  };
  const host = told('x-forwarded-host') ?? request.headers.host;
  const scheme = told('x-forwarded-proto');
  const schemes = scheme !== undefined ? [scheme] : forwarded ? ['http', 'https'] : ['http'];
  return schemes.map((each) => originIn(`${each}://${host}`));
}

/** The origin of an address in its one spelling: lower case, without a default port. */
function originIn(address: string): string | undefined {
  const origin = URL.parse(address)?.origin;
  return origin === 'null' ? undefined : origin;
}
