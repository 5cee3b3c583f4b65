// Builds the package into dist/: JavaScript with types. TypeScript emits all files but the
// documents, which depend on the schema and on gql.tada; they are written out in full here, so that
// the package needs neither.

import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { plainDocuments } from './plain-documents.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const OUT = join(HERE, 'dist');
const DOCUMENTS = 'documents';

const GRAPHQL_TYPES = `import type { TypedDocumentNode } from '@urql/core';

export type ResultOf<Document> = Document extends TypedDocumentNode<infer Result, any> ? Result : never;
export type VariablesOf<Document> = Document extends TypedDocumentNode<any, infer Variables> ? Variables : never;
`;

const program = ts.createProgram([join(HERE, 'index.ts'), join(HERE, 'graphql-env.d.ts')], {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  lib: ['lib.esnext.d.ts', 'lib.dom.d.ts'],
  types: [],
  strict: true,
  skipLibCheck: true,
  verbatimModuleSyntax: true,
  declaration: true,
  rewriteRelativeImportExtensions: true,
  outDir: OUT,
});

await rm(OUT, { recursive: true, force: true });
await mkdir(join(OUT, DOCUMENTS), { recursive: true });
emit();
await writeFile(join(OUT, 'graphql.d.ts'), GRAPHQL_TYPES);
for (const file of await readdir(join(HERE, DOCUMENTS))) {
  if (file !== 'index.ts') await writeDocuments(file);
}
reportErrors();

function emit(): void {
  program.emit(undefined, (path, text) => {
    const file = relative(OUT, path);
    const written = file.startsWith(DOCUMENTS) && !basename(file).startsWith('index.');
    if (written || file.startsWith('graphql.')) return;
    // TypeScript does not rewrite the import extensions in declarations.
    ts.sys.writeFile(
      path,
      path.endsWith('.d.ts') ? text.replace(/(['"]\.[\w./-]+)\.ts(['"])/g, '$1.js$2') : text,
    );
  });
}

async function writeDocuments(file: string): Promise<void> {
  const path = join(HERE, DOCUMENTS, file);
  const out = join(OUT, DOCUMENTS, basename(file, '.ts'));
  await writeFile(`${out}.js`, await plainDocuments(path));
  await writeFile(`${out}.d.ts`, declarationsOf(path));
}

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

function reportErrors(): void {
  const errors = ts.getPreEmitDiagnostics(program);
  if (errors.length === 0) return;
  process.stderr.write(
    ts.formatDiagnostics(errors, {
      getCanonicalFileName: (path) => path,
      getCurrentDirectory: () => HERE,
      getNewLine: () => '\n',
    }),
  );
  process.exitCode = 1;
}
