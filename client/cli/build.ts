// Builds the package into dist/: the client and the parts of client/core that it uses, as
// JavaScript. The documents are written out in full, since they depend on the schema.

import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { plainDocuments } from '../core/plain-documents.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const CLIENTS = join(HERE, '..');
const OUT = join(HERE, 'dist');
const DOCUMENTS = join('core', 'documents');

const program = ts.createProgram(
  [join(HERE, 'main.ts'), join(CLIENTS, 'core', 'graphql-env.d.ts')],
  {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    lib: ['lib.esnext.d.ts', 'lib.dom.d.ts'],
    types: ['node'],
    strict: true,
    skipLibCheck: true,
    verbatimModuleSyntax: true,
    rewriteRelativeImportExtensions: true,
    rootDir: CLIENTS,
    outDir: OUT,
  },
);
const errors = ts.getPreEmitDiagnostics(program);
if (errors.length > 0) {
  const host = { getCanonicalFileName: String, getCurrentDirectory: () => HERE, getNewLine };
  throw new Error(ts.formatDiagnostics(errors, host));
}

await rm(OUT, { recursive: true, force: true });
program.emit(undefined, (path, text) => {
  const file = relative(OUT, path);
  if (!file.startsWith(DOCUMENTS) && basename(file) !== 'graphql.js') ts.sys.writeFile(path, text);
});
await mkdir(join(OUT, DOCUMENTS), { recursive: true });
for (const name of await readdir(join(CLIENTS, DOCUMENTS))) {
  if (name === 'index.ts') continue;
  const text = await plainDocuments(join(CLIENTS, DOCUMENTS, name));
  await writeFile(join(OUT, DOCUMENTS, `${basename(name, '.ts')}.js`), text);
}

function getNewLine(): string {
  return '\n';
}
