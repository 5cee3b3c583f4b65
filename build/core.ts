// Builds the client library into client/core/dist: JavaScript with types. The documents and their
// types are written out in full, so that the package needs no gql.tada.

import { rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { emit, readProgram } from './compile.ts';
import { documentsIn, needsGqlTada, writeDocuments } from './documents.ts';

const CORE = fileURLToPath(new URL('../client/core', import.meta.url));
const OUT = join(CORE, 'dist');
const DOCUMENTS = 'documents';

const GRAPHQL_TYPES = `import type { TypedDocumentNode } from '@urql/core';

export type ResultOf<Document> = Document extends TypedDocumentNode<infer Result, any> ? Result : never;
export type VariablesOf<Document> = Document extends TypedDocumentNode<any, infer Variables> ? Variables : never;
`;

const program = readProgram([join(CORE, 'index.ts'), join(CORE, 'graphql-env.d.ts')], {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.esnext.d.ts', 'lib.dom.d.ts'],
  types: [],
  declaration: true,
  outDir: OUT,
});

await rm(OUT, { recursive: true, force: true });
emit(program, needsGqlTada);
await writeFile(join(OUT, 'graphql.d.ts'), GRAPHQL_TYPES);
await writeDocuments(join(CORE, DOCUMENTS), join(OUT, DOCUMENTS));
for (const path of await documentsIn(join(CORE, DOCUMENTS)))
  await writeFile(join(OUT, DOCUMENTS, `${basename(path, '.ts')}.d.ts`), declarationsOf(path));

/** The types that gql.tada infers for the documents of a file, printed in full. */
function declarationsOf(path: string): string {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(path);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) throw new Error(`${path} is not a module of the package.`);
  const lines = checker.getExportsOfModule(module).map((symbol) => declarationOf(symbol, source));
  return `import type { TypedDocumentNode } from '@urql/core';\n\n${lines.join('\n')}`;
}

function declarationOf(symbol: ts.Symbol, source: ts.SourceFile): string {
  const checker = program.getTypeChecker();
  const type = checker.getTypeOfSymbolAtLocation(symbol, source);
  const [result, variables] =
    type.aliasTypeArguments ?? checker.getTypeArguments(type as ts.TypeReference);
  const comment = symbol.valueDeclaration && commentOn(symbol.valueDeclaration.parent.parent);
  const value = `export declare const ${symbol.name}: TypedDocumentNode<${printed(result)}, ${printed(variables)}>;\n`;
  const alias =
    symbol.flags & ts.SymbolFlags.TypeAlias
      ? `export type ${symbol.name} = ${printed(result)};\n`
      : '';
  return `${comment ?? ''}${value}${alias}`;
}

function printed(type: ts.Type | undefined): string {
  if (!type) return '{}';
  const flags = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias;
  return program.getTypeChecker().typeToString(type, undefined, flags);
}

function commentOn(node: ts.Node): string {
  const text = node.getFullText().slice(0, node.getLeadingTriviaWidth()).trim();
  return text === '' ? '' : `${text}\n`;
}
