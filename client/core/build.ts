import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringifyDocument } from '@urql/core';
import ts from 'typescript';
import * as documents from './documents.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const OUT = join(HERE, 'dist');
/** What is written here in another way, since it needs the schema and gql.tada. */
const OWN = ['documents', 'graphql'];

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

/**
 * The types of a document as gql.tada works them out, printed in full: who uses the package needs
 * neither.
 */
function declarationsOf(source: ts.SourceFile): string {
  const checker = program.getTypeChecker();
  const print = (type: ts.Type | undefined): string =>
    type
      ? checker.typeToString(
          type,
          undefined,
          ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias,
        )
      : '{}';
  const lines = checker
    .getExportsOfModule(checker.getSymbolAtLocation(source) as ts.Symbol)
    .map((symbol) => {
      const type = checker.getTypeOfSymbolAtLocation(symbol, source);
      const [result, variables] =
        type.aliasTypeArguments ?? checker.getTypeArguments(type as ts.TypeReference);
      const comment = symbol.valueDeclaration && commentOn(symbol.valueDeclaration.parent.parent);
      const declared = `export declare const ${symbol.name}: TypedDocumentNode<${print(result)}, ${print(variables)}>;\n`;
      const named =
        symbol.flags & ts.SymbolFlags.TypeAlias
          ? `export type ${symbol.name} = ${print(result)};\n`
          : '';
      return `${comment ?? ''}${declared}${named}`;
    });
  return `import type { TypedDocumentNode } from '@urql/core';\n\n${lines.join('\n')}`;
}

function commentOn(node: ts.Node): string {
  const text = node.getFullText().slice(0, node.getLeadingTriviaWidth()).trim();
  return text === '' ? '' : `${text}\n`;
}

const documentsSource = Object.entries(documents)
  .map(
    ([name, document]) =>
      `export const ${name} = gql(${JSON.stringify(stringifyDocument(document))});\n`,
  )
  .join('');

const GRAPHQL_TYPES = `import type { TypedDocumentNode } from '@urql/core';

export type ResultOf<Document> = Document extends TypedDocumentNode<infer Result, any> ? Result : never;
export type VariablesOf<Document> = Document extends TypedDocumentNode<any, infer Variables> ? Variables : never;
`;

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT);
program.emit(undefined, (path, text) => {
  if (OWN.includes(basename(path).split('.', 1)[0] ?? '')) return;
  // Of the imports in declarations TypeScript leaves the extensions alone.
  ts.sys.writeFile(
    path,
    path.endsWith('.d.ts') ? text.replace(/(['"]\.\/[\w-]+)\.ts(['"])/g, '$1.js$2') : text,
  );
});
const source = program.getSourceFile(join(HERE, 'documents.ts')) as ts.SourceFile;
await writeFile(join(OUT, 'documents.d.ts'), declarationsOf(source));
await writeFile(
  join(OUT, 'documents.js'),
  `import { gql } from '@urql/core';\n\n${documentsSource}`,
);
await writeFile(join(OUT, 'graphql.d.ts'), GRAPHQL_TYPES);

const faults = ts.getPreEmitDiagnostics(program);
if (faults.length > 0) {
  process.stderr.write(
    ts.formatDiagnostics(faults, {
      getCanonicalFileName: (path) => path,
      getCurrentDirectory: () => HERE,
      getNewLine: () => '\n',
    }),
  );
  process.exitCode = 1;
}
