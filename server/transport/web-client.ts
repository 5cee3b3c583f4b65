import { readdir, readFile, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { documentHeaders, type StaticFile, sendFile, staticFile } from './static-file.ts';

/** The folder in which `npm run build` puts the web client. */
const BUILD_FOLDER = fileURLToPath(new URL('../../client/web/dist/', import.meta.url));

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};

/** The page may load its own files and connect to its own server, and nothing else: docs/web.md. */
const SECURITY_HEADERS = documentHeaders([
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
]);

type Files = ReadonlyMap<string, StaticFile>;

export interface WebClient {
  /** Answers with a file of the web client. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** Serves the built web client. Its files are read on demand, and again after each build. */
export function webClient(folder = BUILD_FOLDER): WebClient {
  const currentFiles = latestBuild(folder);
  return {
    async handle(request, response) {
      const path = request.url?.split('?', 1)[0] ?? '';
      const files = await currentFiles();
      const file = files.get(path === '/' ? '/index.html' : path);
      if (!file) return sendMissing(response, files);
      const caching = path === '/' ? 'no-cache' : 'public, max-age=31536000, immutable';
      sendFile(request, response, file, { ...SECURITY_HEADERS, 'cache-control': caching });
    },
  };
}

function sendMissing(response: ServerResponse, files: Files): void {
  const [status, text] =
    files.size === 0
      ? [503, 'The web client is not built. Run: npm run build\n']
      : [404, 'Not found.\n'];
  const headers = {
    ...SECURITY_HEADERS,
    'cache-control': 'no-store',
    'content-type': 'text/plain; charset=utf-8',
  };
  response.writeHead(status, headers).end(text);
}

/** Returns a function that reads the files of the latest build, and keeps them until the next. */
function latestBuild(folder: string): () => Promise<Files> {
  let readAt: number | undefined;
  let reading = Promise.resolve<Files>(new Map());
  return async () => {
    // The build writes index.html last.
    const builtAt = (await stat(join(folder, 'index.html')).catch(() => undefined))?.mtimeMs;
    if (builtAt !== readAt) {
      readAt = builtAt;
      reading = readFiles(folder);
    }
    return reading;
  };
}

async function readFiles(folder: string): Promise<Files> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const served = names
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => TYPES[extname(name)] !== undefined);
  const files = await Promise.all(
    served.map(async (name) => {
      // A file of an earlier build may be deleted at this moment.
      const body = await readFile(join(folder, name)).catch(() => undefined);
      return body && ([`/${name}`, await staticFile(TYPES[extname(name)] ?? '', body)] as const);
    }),
  );
  return new Map(files.filter((file) => file !== undefined));
}
