import { execFile } from 'node:child_process';
import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { copyExample } from './program.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const compiler: string = createRequire(import.meta.url)('relay-compiler');

/** If it does not, `npx relay-compiler` in examples/ writes the artifacts again. */
test('the Relay example compiles to its artifacts as docs/clients.md says', async () => {
  const folder = await copyExample('relay.js');
  const artifacts = join(folder, '__generated__');
  await rm(artifacts, { recursive: true });
  const documentation = await readFile(join(ROOT, 'docs/clients.md'), 'utf8');
  const [, config = ''] = /^```json\n(\{[^`]*"eagerEsModules".*?)^```$/ms.exec(documentation) ?? [];
  await writeFile(join(folder, 'relay.config.json'), config);
  await copyFile(join(ROOT, 'schema/schema.graphql'), join(folder, 'schema.graphql'));
  await promisify(execFile)(compiler, ['relay.config.json'], { cwd: folder });
  expect(await textsIn(artifacts)).toEqual(await textsIn(join(ROOT, 'examples/__generated__')));
});

async function textsIn(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  const texts = names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')]);
  return Object.fromEntries(await Promise.all(texts));
}
