import { documentHeaders } from './static-file.ts';

/** The path under which GraphiQL's files are served. */
export const GRAPHIQL_PATH = '/graphiql/';

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

/**
 * Returns the page. It loads its files from a folder whose name changes with their content, by
 * relative addresses: a proxy may put the server at a path.
 */
export const graphiqlPage = (version: string): string => {
  const folder = `.${GRAPHIQL_PATH}${version}/`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Parley</title>
<link rel="icon" href="${folder}icon.svg">
<link rel="stylesheet" href="${folder}graphiql.css">
<style>
#connection-status {
  position: fixed; z-index: 1; bottom: 32px; left: 50%; translate: -50%;
  padding: 12px 20px; border-radius: 8px; background: #7a2e0e; color: #fff; font: 15px sans-serif;
}
#connection-status:empty { padding: 0; }
/* A tab that is pressed sometimes jumps aside, and is released without being clicked. */
.graphiql-tab { transform: none !important; }
</style>
<script defer src="${folder}graphql-ws.js"></script>
<script type="module" src="${folder}main.ts"></script>
<script defer src="${folder}graphiql.js"></script>
</head>
<body id="body" class="no-focus-outline">
<noscript>GraphiQL needs JavaScript.</noscript>
<div id="root"></div>
<div id="connection-status" role="status"></div>
</body>
</html>
`;
};
