import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Where `npm run build` puts the page. */
const BUILT = fileURLToPath(new URL('../client/web/dist/', import.meta.url));

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** What the page may do: load what is ours, talk to where it came from, and nothing else. See docs/web.md. */
const SECURITY = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

interface File {
  readonly type: string;
  readonly etag: string;
  /** By the name of its content coding, the smallest first. */
  readonly bodies: readonly (readonly [coding: string, body: Buffer])[];
}

type Files = ReadonlyMap<string, File>;

/** Answers with a file of the page. */
export interface Page {
  /** Whether this path belongs to the page. */
  has(path: string): boolean;
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** The page as it was built. It is read when somebody asks for it, and stays in memory until it is built anew. */
export function page(built = BUILT): Page {
  let readAt: number | undefined;
  let reading = Promise.resolve<Files>(new Map());

  async function files(): Promise<Files> {
    // Whoever builds puts this in its place last, when all else is there.
    const builtAt = (await stat(join(built, 'index.html')).catch(() => undefined))?.mtimeMs;
    if (builtAt !== readAt) {
      readAt = builtAt;
      reading = readFiles(built);
    }
    return reading;
  }

  return {
    has: (path) => path === '/' || path.startsWith('/assets/'),

    async answer(request, response) {
      const path = request.url?.split('?', 1)[0] ?? '';
      const known = await files();
      const file = known.get(path === '/' ? '/index.html' : path);
      if (!file) {
        const text = known.size === 0 ? 'The page is not built yet: npm run build\n' : 'There is nothing here.\n';
        response.writeHead(known.size === 0 ? 503 : 404, { ...SECURITY, 'content-type': 'text/plain; charset=utf-8' });
        response.end(text);
        return;
      }
      const headers = {
        ...SECURITY,
        etag: file.etag,
        vary: 'accept-encoding',
        'cache-control': path === '/' ? 'no-cache' : 'public, max-age=31536000, immutable',
      };
      if (request.headers['if-none-match'] === file.etag) {
        response.writeHead(304, headers).end();
        return;
      }
      const accepted = request.headers['accept-encoding']?.toString() ?? '';
      const [coding, body] = file.bodies.find(([name]) => accepts(accepted, name)) ?? ['identity', Buffer.alloc(0)];
      response.writeHead(200, {
        ...headers,
        'content-type': file.type,
        'content-length': body.length,
        ...(coding !== 'identity' && { 'content-encoding': coding }),
      });
      response.end(request.method === 'HEAD' ? undefined : body);
    },
  };
}

const accepts = (header: string, coding: string): boolean =>
  coding === 'identity' || new RegExp(`\\b${coding}\\b(?!;q=0(\\.0*)?(,|$))`).test(header);

async function readFiles(folder: string): Promise<Files> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const known = names.map((name) => name.replaceAll('\\', '/')).filter((name) => TYPES[extname(name)] !== undefined);
  const files = await Promise.all(
    known.map(async (name) => {
      // Of an earlier page, it may be cleared away just now.
      const body = await readFile(join(folder, name)).catch(() => undefined);
      return body && ([`/${name}`, await fileOf(name, body)] as const);
    }),
  );
  return new Map(files.filter((file) => file !== undefined));
}

async function fileOf(name: string, body: Buffer): Promise<File> {
  return {
    type: TYPES[extname(name)] ?? '',
    etag: `"${createHash('sha256').update(body).digest('base64url')}"`,
    bodies: [
      ['br', await promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })],
      ['gzip', await promisify(gzip)(body)],
      ['identity', body],
    ],
  };
}
