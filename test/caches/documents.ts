import { readFileSync } from 'node:fs';
import { type DocumentNode, parse, separateOperations } from 'graphql';

const page = readFileSync(new URL('../../docs/caches.md', import.meta.url), 'utf8');
const [forAll = '', forRelay = ''] = Array.from(
  page.matchAll(/```graphql\n(.+?)```/gs),
  ([, block]) => block,
);

/** The operations that docs/caches.md recommends, and in which Relay's differ. */
export const sources = { forAll, forRelay };

const documents = separateOperations(parse(forAll));

/** Returns an operation with the fragments that it needs. */
export function documentNamed(name: string): DocumentNode {
  const document = documents[name];
  if (!document) throw new Error(`docs/caches.md has no operation ${name}.`);
  return document;
}
