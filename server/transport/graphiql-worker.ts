/**
 * A thread that reads GraphiQL's files, compresses them, posts them to its parent, and ends.
 * Loading the 9 MB module on the main thread would block it for about 0.4 s, and the module would
 * stay in memory.
 */
import { readdir, readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { parentPort } from 'node:worker_threads';
import {
  css,
  editorWorkerService,
  graphqlWorker,
  js,
  jsonWorker,
} from '@graphql-yoga/render-graphiql/graphiql';
import { staticFile } from './static-file.ts';

const SCRIPT = 'text/javascript; charset=utf-8';
/** Our own part of the page. */
const OURS = new URL('../../client/graphiql/', import.meta.url);
const ICON = new URL('../../client/web/ui/icons/icon.svg', import.meta.url);
/** The client of graphql-ws as a classic script, beside its modules. */
const SOCKET_CLIENT = new URL('../umd/graphql-ws.min.js', import.meta.resolve('graphql-ws'));

/** Returns our modules, as JavaScript under the names by which they import each other. */
async function ours(): Promise<[name: string, type: string, text: string][]> {
  const names = (await readdir(OURS)).filter((name) => name.endsWith('.ts'));
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, OURS), 'utf8');
      return [name, SCRIPT, stripTypeScriptTypes(text)];
    }),
  );
}

const files: [name: string, type: string, text: string][] = [
  ['graphiql.css', 'text/css; charset=utf-8', css],
  ['graphiql.js', SCRIPT, js],
  ['editorWorkerService.js', SCRIPT, editorWorkerService],
  ['graphql.js', SCRIPT, graphqlWorker],
  ['json.js', SCRIPT, jsonWorker],
  ['graphql-ws.js', SCRIPT, await readFile(SOCKET_CLIENT, 'utf8')],
  ['icon.svg', 'image/svg+xml', await readFile(ICON, 'utf8')],
  ...(await ours()),
];
const compressed = files.map(
  async ([name, type, text]) => [name, await staticFile(type, Buffer.from(text))] as const,
);
parentPort?.postMessage(new Map(await Promise.all(compressed)));
