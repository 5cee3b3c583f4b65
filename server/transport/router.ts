import type { IncomingMessage, ServerResponse } from 'node:http';
import { RequestError } from '../../schema/errors.ts';
import { clientAddress } from './address.ts';
import type { Backend, Metrics } from './backend.ts';
import { setCorsHeaders } from './cors.ts';
import type { Quota, Quotas } from './quota.ts';
import { takePath } from './request-target.ts';
import { type Route, type Routes, sendText } from './routes.ts';

/** Answers an HTTP request. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Returns the handler of all requests of a port: it finds the route, checks limits and runs it. */
export function router({ config, metrics }: Backend, routes: Routes, quotas: Quotas): Handler {
  return async (request, response) => {
    const path = takePath(request);
    if (path === undefined) {
      sendText(response, 400, 'Malformed request target or Host header.\n');
      return;
    }
    response.setHeader('x-content-type-options', 'nosniff');
    const route = routes.get(path) ?? routes.get(path.slice(0, path.indexOf('/', 1) + 1));
    if (!route) {
      sendText(response, 404, 'Not found.\n');
      return;
    }
    if (route.crossOrigin) setCorsHeaders(request, response, config);
    if (request.method === 'OPTIONS') {
      response.writeHead(204, { allow: allowedMethods(route) }).end();
    } else if (route.methods?.includes(request.method ?? '') === false) {
      response.setHeader('allow', allowedMethods(route));
      sendText(response, 405, `Method not allowed. Use ${route.methods.join(' or ')}.\n`);
    } else if (admit(quotas.of(clientAddress(request, config.proxyHops)), response, metrics)) {
      await route.handle(request, response, path);
    }
  };
}

/** Counts a request until it is answered. Answers 429 and returns false if it is one too many. */
function admit(quota: Quota, response: ServerResponse, { countRefusal }: Metrics): boolean {
  const wait = quota.rate.wait();
  const retryAfter = Math.max(1, Math.ceil(wait / 1_000));
  try {
    if (wait > 0) throw tooFast(retryAfter);
    quota.startOperation();
    quota.rate.take();
    response.once('close', quota.finishOperation);
    return true;
  } catch (error) {
    countRefusal(wait > 0 ? 'rate' : 'concurrency');
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.setHeader('retry-after', retryAfter);
    sendText(response, 429, JSON.stringify({ errors: [error] }));
    return false;
  }
}

const tooFast = (retryAfter: number): RequestError =>
  new RequestError(
    'LIMIT_EXCEEDED',
    `Too many requests from this address. Try again in ${retryAfter} s.`,
  );

const allowedMethods = ({ methods = ['GET', 'POST'] }: Route): string =>
  [...methods, 'OPTIONS'].join(', ');
