// Builds the command-line client into client/cli/dist: the client and the parts of client/core that
// it uses, as JavaScript.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { emit, readProgram } from './compile.ts';
import { needsGqlTada, writeDocuments } from './documents.ts';

const CLIENTS = fileURLToPath(new URL('../client', import.meta.url));
const OUT = join(CLIENTS, 'cli', 'dist');
const DOCUMENTS = join('core', 'documents');

const program = readProgram(
  [join(CLIENTS, 'cli', 'main.ts'), join(CLIENTS, 'core', 'graphql-env.d.ts')],
  {
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.esnext.d.ts', 'lib.dom.d.ts'],
    types: ['node'],
    rootDir: CLIENTS,
    outDir: OUT,
  },
);
await rm(OUT, { recursive: true, force: true });
emit(program, needsGqlTada);
await writeDocuments(join(CLIENTS, DOCUMENTS), join(OUT, DOCUMENTS));
