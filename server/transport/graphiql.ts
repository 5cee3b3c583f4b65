import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Worker } from 'node:worker_threads';
import { documentHeaders, type StaticFile, sendFile, staticFile } from './static-file.ts';

/** Where GraphiQL's own files are. */
const FOLDER = '/graphiql/';

/** What GraphiQL shows to somebody who comes for the first time. */
const TOUR = `# Parley: a chat whose whole API is this schema.
# Run one of these: the button asks which.

mutation Create {
  createAccount(input: { username: "alice", password: "correct horse" }) {
    __typename
    ... on Error { message }
  }
}

# Then put the token into the headers below:
# { "Authorization": "Bearer …" }
mutation Login {
  login(input: { username: "alice", password: "correct horse", ifOnline: JOIN }) {
    __typename
    ... on LoginSuccess { token pendingCount }
    ... on Error { message }
  }
}

mutation Send {
  sendMessage(input: { to: "alice", text: "hello" }) {
    __typename
    ... on SendMessageSuccess { message { id sentAt } }
    ... on Error { error: message }
  }
}

subscription Receive {
  messageReceived { position senderUsername text sentAt }
}

query Everybody {
  accounts { edges { node { username online } } }
}
`;

/**
 * Allows what GraphiQL needs: its own files, its workers, and the styles and images that its editor
 * makes.
 */
const HEADERS = documentHeaders([
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
]);

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Parley</title>
<link rel="icon" href="${FOLDER}icon.ico">
<link rel="stylesheet" href="${FOLDER}graphiql.css">
<script defer src="${FOLDER}start.js"></script>
<script defer src="${FOLDER}graphiql.js"></script>
</head>
<body id="body" class="no-focus-outline">
<noscript>GraphiQL needs JavaScript.</noscript>
<div id="root"></div>
</body>
</html>
`;

/**
 * Runs before GraphiQL, and replaces the storage that it would share with the web client by one in
 * memory. What is typed into GraphiQL, tokens included, ends with its tab, and the web client's
 * token is not there to be read.
 *
 * This separates the two; it would not hold a script that wants to break out, and the policy above
 * lets no script in. A sandbox would hold one, but a sandboxed page has an opaque origin: in
 * Chromium its requests carry `Origin: null`, as those of any sandboxed page do, so that to allow
 * them would be to allow every site.
 */
const START = `'use strict';
const inMemory = () => Object.create({
  getItem(key) { return Object.hasOwn(this, key) ? this[key] : null; },
  setItem(key, value) { this[key] = String(value); },
  removeItem(key) { delete this[key]; },
  clear() { for (const key of Object.keys(this)) delete this[key]; },
  key(index) { return Object.keys(this)[index] ?? null; },
  get length() { return Object.keys(this).length; },
});
for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { value: inMemory() });
self.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (_module, label) => '${FOLDER}' + label + '.js' };
addEventListener('DOMContentLoaded', () => YogaGraphiQL.renderYogaGraphiQL(
  document.getElementById('root'),
  ${JSON.stringify({ title: 'Parley', endpoint: '/graphql', subscriptionsProtocol: 'WS', defaultQuery: TOUR })},
));
`;

/** GraphiQL, for a browser that opens /graphql. */
export interface GraphiQL {
  /** The page itself. */
  page(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /**
   * The file of this name that the page loads. Resolves with false, and has not answered, when
   * there is none.
   */
  file(request: IncomingMessage, response: ServerResponse, name: string): Promise<boolean>;
}

/**
 * GraphiQL as it is served. Its 9 MB are read and compressed when the first file is asked for, and
 * stay in memory.
 */
export function graphiql(): GraphiQL {
  const headers = { ...HEADERS, 'cache-control': 'no-cache' };
  const page = lazily(() => staticFile('text/html; charset=utf-8', Buffer.from(PAGE)));
  const files = lazily(async () => {
    const worker = new Worker(new URL('graphiql-worker.ts', import.meta.url));
    const [compressed] = (await once(worker, 'message')) as [Map<string, StaticFile>];
    return compressed.set(
      'start.js',
      await staticFile('text/javascript; charset=utf-8', Buffer.from(START)),
    );
  });
  return {
    async page(request, response) {
      sendFile(request, response.appendHeader('vary', 'accept'), await page(), headers);
    },
    async file(request, response, name) {
      const file = (await files()).get(name);
      if (file) sendFile(request, response, file, headers);
      return file !== undefined;
    },
  };
}

/** Makes something when it is asked for, once; after a failure it is tried again. */
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
