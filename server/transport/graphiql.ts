import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { GRAPHIQL_HEADERS, graphiqlPage } from './graphiql-page.ts';
import { type StaticFile, sendFile, staticFile } from './static-file.ts';

/** GraphiQL, for a browser that opens /graphql. */
export interface GraphiQL {
  /** Answers with the HTML page. */
  sendPage(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /**
   * Answers with a file of the page, named by version and name. Resolves with false, without an
   * answer, if there is none.
   */
  sendFile(request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean>;
}

interface Content {
  /** Changes with the content of any file. */
  readonly version: string;
  readonly page: StaticFile;
  readonly files: ReadonlyMap<string, StaticFile>;
}

/** Serves GraphiQL. Its 9 MB are read and compressed on demand, and stay in memory. */
export function graphiql(): GraphiQL {
  const content = lazily(readContent);
  const headers = (caching: string) => ({ ...GRAPHIQL_HEADERS, 'cache-control': caching });
  return {
    async sendPage(request, response) {
      const { page } = await content();
      sendFile(request, response.appendHeader('vary', 'accept'), page, headers('no-cache'));
    },
    async sendFile(request, response, path) {
      const { version, files } = await content();
      const [folder, name] = /^([^/]+)\/([^/]+)$/.exec(path)?.slice(1) ?? [];
      const file = files.get(name ?? '');
      // While servers are replaced, the page of one may ask another for files of its version.
      const caching = folder === version ? 'public, max-age=31536000, immutable' : 'no-store';
      if (file) sendFile(request, response, file, headers(caching));
      return file !== undefined;
    },
  };
}

async function readContent(): Promise<Content> {
  // In a package it is JavaScript, like this file.
  const name = `graphiql-worker${extname(import.meta.filename)}`;
  const worker = new Worker(new URL(name, import.meta.url), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const files: Map<string, StaticFile> = (await once(worker, 'message'))[0];
  const hash = createHash('sha256');
  for (const { etag } of files.values()) hash.update(etag);
  const version = hash.digest('base64url').slice(0, 12);
  const page = Buffer.from(graphiqlPage(version));
  return { version, files, page: await staticFile('text/html; charset=utf-8', page) };
}

/** Returns a function that makes a value once, at the first call; it retries after a failure. */
function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
