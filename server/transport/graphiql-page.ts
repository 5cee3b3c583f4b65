import { documentHeaders } from './static-file.ts';

/** The path under which GraphiQL's files are served. */
export const GRAPHIQL_PATH = '/graphiql/';

/** The operations that GraphiQL shows at first. */
const TOUR = `# Parley: a chat server whose whole API is this schema.
# Press the button to choose which of these to run.

mutation Create {
  createAccount(input: { username: "alice", password: "correct horse" }) {
    __typename
    ... on Error { message }
  }
}

# Then put the token in the headers below:
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

query Accounts {
  accounts { edges { node { username online } } }
}
`;

/** GraphiQL needs its own files, its workers, and the styles and images that its editor creates. */
export const GRAPHIQL_HEADERS = documentHeaders([
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

export const GRAPHIQL_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Parley</title>
<link rel="icon" href="${GRAPHIQL_PATH}icon.ico">
<link rel="stylesheet" href="${GRAPHIQL_PATH}graphiql.css">
<script defer src="${GRAPHIQL_PATH}start.js"></script>
<script defer src="${GRAPHIQL_PATH}graphiql.js"></script>
</head>
<body id="body" class="no-focus-outline">
<noscript>GraphiQL needs JavaScript.</noscript>
<div id="root"></div>
</body>
</html>
`;

/**
 * The script that runs before GraphiQL. It replaces the storage that GraphiQL would share with the
 * web client by storage in memory. What is typed into GraphiQL, tokens included, is gone with its
 * tab, and GraphiQL cannot read the web client's token.
 *
 * This would not stop a malicious script, but the policy above lets none in. A sandbox would stop
 * one, but a sandboxed page has an opaque origin: in Chromium its requests carry `Origin: null`,
 * like those of any sandboxed page, so allowing them would allow every site.
 */
export const GRAPHIQL_START = `'use strict';
const inMemory = () => Object.create({
  getItem(key) { return Object.hasOwn(this, key) ? this[key] : null; },
  setItem(key, value) { this[key] = String(value); },
  removeItem(key) { delete this[key]; },
  clear() { for (const key of Object.keys(this)) delete this[key]; },
  key(index) { return Object.keys(this)[index] ?? null; },
  get length() { return Object.keys(this).length; },
});
for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { value: inMemory() });
self.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (_module, label) => '${GRAPHIQL_PATH}' + label + '.js' };
addEventListener('DOMContentLoaded', () => YogaGraphiQL.renderYogaGraphiQL(
  document.getElementById('root'),
  ${JSON.stringify({ title: 'Parley', endpoint: '/graphql', subscriptionsProtocol: 'WS', defaultQuery: TOUR })},
));
`;
