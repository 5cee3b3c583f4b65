import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Worker } from 'node:worker_threads';
import { GRAPHIQL_HEADERS, GRAPHIQL_PAGE, GRAPHIQL_START } from './graphiql-page.ts';
import { type StaticFile, sendFile, staticFile } from './static-file.ts';

/** GraphiQL, for a browser that opens /graphql. */
export interface GraphiQL {
  /** Answers with the HTML page. */
  sendPage(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Answers with a file of the page. Resolves with false, without an answer, if there is none. */
  sendFile(request: IncomingMessage, response: ServerResponse, name: string): Promise<boolean>;
}

/** Serves GraphiQL. Its 9 MB are read and compressed on demand, and stay in memory. */
export function graphiql(): GraphiQL {
  const headers = { ...GRAPHIQL_HEADERS, 'cache-control': 'no-cache' };
  const page = lazily(() => staticFile('text/html; charset=utf-8', Buffer.from(GRAPHIQL_PAGE)));
  const files = lazily(readFiles);
  return {
    async sendPage(request, response) {
      sendFile(request, response.appendHeader('vary', 'accept'), await page(), headers);
    },
    async sendFile(request, response, name) {
      const file = (await files()).get(name);
      if (file) sendFile(request, response, file, headers);
      return file !== undefined;
    },
  };
}

async function readFiles(): Promise<ReadonlyMap<string, StaticFile>> {
  const worker = new Worker(new URL('graphiql-worker.ts', import.meta.url));
  const files: Map<string, StaticFile> = (await once(worker, 'message'))[0];
  const script = Buffer.from(GRAPHIQL_START);
  return files.set('start.js', await staticFile('text/javascript; charset=utf-8', script));
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
