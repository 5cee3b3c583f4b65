/**
 * `npm run schema` regenerates schema.graphql and cache.json from the code.
 * `npm run schema -- --diff` shows what changed since the last release, and fails if CHANGELOG.md
 * does not announce a breaking change.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { buildSchema } from 'graphql';
import { cacheJson } from './cache.ts';
import { findChanges, findUnannounced } from './changes.ts';
import { sdl } from './index.ts';

const { values } = parseArgs({ options: { diff: { type: 'boolean' } } });
if (values.diff) showChanges();
else writeFiles();

function writeFiles(): void {
  writeFileSync(new URL('schema.graphql', import.meta.url), sdl);
  writeFileSync(new URL('cache.json', import.meta.url), cacheJson);
}

function showChanges(): void {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
  const changes = findChanges(buildSchema(read('released.graphql')), buildSchema(sdl));
  const unannounced = findUnannounced(changes, read('../CHANGELOG.md'));
  for (const risk of ['breaking', 'dangerous', 'safe'] as const) {
    const found = changes.filter((change) => change.risk === risk);
    console.log(`${found.length} ${risk} ${found.length === 1 ? 'change' : 'changes'}`);
    for (const change of found) {
      const note = unannounced.includes(change) ? ' (not announced in CHANGELOG.md)' : '';
      console.log(`  ${change.description}${note}`);
    }
  }
  if (unannounced.length > 0) process.exitCode = 1;
}
