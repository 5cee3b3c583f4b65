import { readdir, readFile, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { documentHeaders, type StaticFile, sendFile, staticFile } from './static-file.ts';

/** Where `npm run build` puts the page. */
const BUILT = fileURLToPath(new URL('../../client/web/dist/', import.meta.url));

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * What the page may do: load what is ours, talk to where it came from, and nothing else. See
 * docs/web.md.
 */
const SECURITY = documentHeaders([
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
]);

type Files = ReadonlyMap<string, StaticFile>;

/** Answers with a file of the page. */
export interface Page {
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/**
 * The page as it was built. It is read when somebody asks for it, and stays in memory until it is
 * built anew.
 */
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
    async answer(request, response) {
      const path = request.url?.split('?', 1)[0] ?? '';
      const known = await files();
      const file = known.get(path === '/' ? '/index.html' : path);
      if (file) {
        const kept = path === '/' ? 'no-cache' : 'public, max-age=31536000, immutable';
        return sendFile(request, response, file, { ...SECURITY, 'cache-control': kept });
      }
      const [status, text] =
        known.size === 0
          ? [503, 'The page is not built yet: npm run build\n']
          : [404, 'There is nothing here.\n'];
      const headers = {
        ...SECURITY,
        'cache-control': 'no-store',
        'content-type': 'text/plain; charset=utf-8',
      };
      response.writeHead(status, headers).end(text);
    },
  };
}

async function readFiles(folder: string): Promise<Files> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const known = names
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => TYPES[extname(name)] !== undefined);
  const files = await Promise.all(
    known.map(async (name) => {
      // Of an earlier page, it may be cleared away just now.
      const body = await readFile(join(folder, name)).catch(() => undefined);
      return body && ([`/${name}`, await staticFile(TYPES[extname(name)] ?? '', body)] as const);
    }),
  );
  return new Map(files.filter((file) => file !== undefined));
}
