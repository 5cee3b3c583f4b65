/**
 * A thread that reads GraphiQL's files from their package, compresses them, posts them to its
 * parent, and ends. Loading the 9 MB module on the main thread would block it for about 0.4 s, and
 * the module would stay in memory.
 */
import { parentPort } from 'node:worker_threads';
import {
  css,
  editorWorkerService,
  favicon,
  graphqlWorker,
  js,
  jsonWorker,
} from '@graphql-yoga/render-graphiql/graphiql';
import { staticFile } from './static-file.ts';

const SCRIPT = 'text/javascript; charset=utf-8';
const files = {
  'graphiql.css': ['text/css; charset=utf-8', css],
  'graphiql.js': [SCRIPT, js],
  'editorWorkerService.js': [SCRIPT, editorWorkerService],
  'graphql.js': [SCRIPT, graphqlWorker],
  'json.js': [SCRIPT, jsonWorker],
} as const;
const icon = Buffer.from(favicon.slice(favicon.indexOf(',') + 1), 'base64');

const compressed = Object.entries(files).map(
  async ([name, [type, text]]) => [name, await staticFile(type, Buffer.from(text))] as const,
);
parentPort?.postMessage(
  new Map([
    ...(await Promise.all(compressed)),
    ['icon.ico', await staticFile('image/x-icon', icon)],
  ]),
);
