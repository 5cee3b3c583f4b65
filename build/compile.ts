import ts from 'typescript';

const OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  strict: true,
  skipLibCheck: true,
  verbatimModuleSyntax: true,
  rewriteRelativeImportExtensions: true,
};

/** Reads files and all that they import, for `emit`. @throws if they do not compile. */
export function readProgram(files: readonly string[], options: ts.CompilerOptions): ts.Program {
  const program = ts.createProgram(files, { ...OPTIONS, ...options });
  const errors = ts.getPreEmitDiagnostics(program);
  if (errors.length === 0) return program;
  const host = {
    getCanonicalFileName: String,
    getCurrentDirectory: () => '',
    getNewLine: () => '\n',
  };
  throw new Error(ts.formatDiagnostics(errors, host));
}

/** Writes a program to its `outDir`, without the files that are left out. */
export function emit(
  program: ts.Program,
  isLeftOut: (path: string) => boolean = () => false,
): void {
  program.emit(undefined, (path, text) => {
    if (!isLeftOut(path))
      ts.sys.writeFile(path, path.endsWith('.d.ts') ? withImportsOfJs(text) : text);
  });
}

/** TypeScript does not rewrite the import extensions in declarations. */
const withImportsOfJs = (declarations: string): string =>
  declarations.replace(/(['"]\.[\w./-]+)\.ts(['"])/g, '$1.js$2');
