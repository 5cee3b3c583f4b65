import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type DefinitionNode, parse, print } from 'graphql';
import type { ConcreteRequest } from 'relay-runtime';
import { temporaryFolder } from '../support/folder.ts';
import { sources } from './documents.ts';

const schema = fileURLToPath(new URL('../../schema/schema.graphql', import.meta.url));
/** The path of the compiler's program. */
const compiler: string = createRequire(import.meta.url)('relay-compiler');

/** Compiles the documents for Relay, and returns a function that loads an artifact by name. */
export async function compileDocuments(): Promise<(name: string) => ConcreteRequest> {
  const folder = await temporaryFolder();
  const config = { src: '.', schema, language: 'javascript', artifactDirectory: 'artifacts' };
  await mkdir(join(folder, 'artifacts'));
  await writeFile(
    join(folder, 'relay.config.json'),
    JSON.stringify({ ...config, eagerEsModules: false }),
  );
  await writeFile(
    join(folder, 'documents.js'),
    definitions()
      .map((definition) => `graphql\`${print(definition)}\`;\n`)
      .join(''),
  );
  // The artifacts are CommonJS, whatever a folder further up says.
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'commonjs' }));
  await promisify(execFile)(compiler, ['relay.config.json'], { cwd: folder });
  const load = createRequire(join(folder, 'documents.js'));
  return (name) => load(`./artifacts/${name}.graphql.js`);
}

/** All operations and fragments, in the form for Relay where there is one. */
function definitions(): DefinitionNode[] {
  const byName = new Map<string | undefined, DefinitionNode>();
  for (const source of [sources.forAll, sources.forRelay]) {
    // A fragment is shown to the component that it belongs to. A test has no components.
    const unmasked = source.replaceAll(/\.\.\.[A-Z]\w+/g, '$& @relay(mask: false)');
    for (const definition of parse(unmasked).definitions)
      if ('name' in definition) byName.set(definition.name?.value, definition);
  }
  return [...byName.values()];
}
