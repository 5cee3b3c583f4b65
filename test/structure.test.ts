import { globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Which folder may import from which others; each may from itself. The longest name that fits a
 * file is its folder.
 */
const MAY_IMPORT: Record<string, readonly string[] | 'anything'> = {
  schema: [],
  'server/live': [],
  'server/store': ['schema'],
  'server/domain': ['schema', 'server/live', 'server/store'],
  'server/transport': ['schema', 'server/domain', 'server/store', 'server'],
  server: ['schema', 'server/live', 'server/store', 'server/domain', 'server/transport'],
  'client/core': [],
  'client/cli': ['client/core'],
  'client/web': ['client/core'],
  test: 'anything',
  bench: 'anything',
  // Of ours they use the client package alone.
  examples: [],
};

/** The folders that a layer may have within it. */
const PARTS: Record<string, readonly string[]> = {
  'client/core': ['documents'],
  'client/cli': ['commands'],
  'client/web': ['account', 'conversation', 'notifications', 'people', 'state', 'styles', 'ui'],
};

/**
 * The ladder within schema/: a file imports from lower rungs alone. The concepts follow, as
 * index.ts loads them.
 */
const RUNGS: readonly (readonly string[])[] = [
  ['model'],
  ['context'],
  ['builder'],
  ['error-types', 'pagination'],
];

interface Import {
  readonly from: string;
  readonly to: string;
}

test('every folder imports only from the folders below it', () => {
  expect(imports.filter((each) => !folderMayImport(each))).toEqual([]);
});

test('every file of the schema imports only from the files below it', () => {
  expect(imports.filter(isWithinSchema).filter((each) => !isDownTheLadder(each))).toEqual([]);
});

test('every source file has its place in a folder that is known', () => {
  const isAtHome = (path: string) => {
    const folder = folderOf(path);
    if (folder === undefined) return /^[a-z]+\.config\.ts$/.test(path);
    if (MAY_IMPORT[folder] === 'anything' || dirname(path) === folder) return true;
    return PARTS[folder]?.includes(dirname(path).slice(folder.length + 1));
  };
  expect(sources.filter((path) => !isAtHome(path))).toEqual([]);
});

test('the top level holds the known folders and no others', () => {
  const ignored = readFileSync(join(ROOT, '.gitignore'), 'utf8')
    .split('\n')
    .map((line) => line.replaceAll('/', ''));
  const folders = readdirSync(ROOT, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() && !entry.name.startsWith('.') && !ignored.includes(entry.name)
      ? [entry.name]
      : [],
  );
  const known = ['bench', 'client', 'docs', 'examples', 'schema', 'server', 'test'];
  expect(folders.filter((folder) => !known.includes(folder))).toEqual([]);
});

test.for<[source: string, from: string, to: string]>([
  [
    "import { doorbell } from '../live/doorbell.ts';",
    'server/store/message.ts',
    'server/live/doorbell.ts',
  ],
  ["import type { App } from '../server/app.ts';", 'schema/message.ts', 'server/app.ts'],
  ["export * from '../../server/log.ts';", 'client/core/connection.ts', 'server/log.ts'],
  ["await import('../../schema/model.ts');", 'client/cli/main.ts', 'schema/model.ts'],
  [
    "type X = import('../domain/services.ts').Services;",
    'server/live/tail.ts',
    'server/domain/services.ts',
  ],
  ["import '../../test/support/chat.ts';", 'server/domain/account.ts', 'test/support/chat.ts'],
])('%s is found where it is not allowed', ([source, from, to]) => {
  expect(importsIn(from, source)).toEqual([{ from, to }]);
  expect(importsIn(from, source).filter(folderMayImport)).toEqual([]);
});

test.for<[from: string, to: string]>([
  ['schema/model.ts', 'schema/context.ts'],
  ['schema/error-types.ts', 'schema/pagination.ts'],
  ['schema/pagination.ts', 'schema/account.ts'],
  ['schema/account.ts', 'schema/message.ts'],
  ['schema/message.ts', 'schema/index.ts'],
])('%s may not import %s', ([from, to]) => {
  expect(isDownTheLadder({ from, to })).toBe(false);
  expect(isDownTheLadder({ from: to, to: from })).toBe(from !== 'schema/error-types.ts');
});

const sources = globSync('**/*.{ts,tsx}', {
  cwd: ROOT,
  exclude: ['node_modules', '**/node_modules', '**/dist', '.*'],
}).map((path) => path.replaceAll('\\', '/'));
const imports = sources.flatMap((path) => importsIn(path, readFileSync(join(ROOT, path), 'utf8')));
const ladder = [...RUNGS, ...importsIn('schema/index.ts').map(({ to }) => [conceptOf(to)])];

/** What a file imports of ours, types included, in whichever way it is written. */
function importsIn(path: string, source = readFileSync(join(ROOT, path), 'utf8')): Import[] {
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier?.startsWith('.'))
      found.push({ from: path, to: normalize(join(dirname(path), specifier)) });
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, source, ts.ScriptTarget.Latest));
  return found;
}

function specifierOf(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node))
    return textOf(node.moduleSpecifier);
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return textOf(node.arguments[0]);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return textOf(node.argument.literal);
  return undefined;
}

function textOf(node: ts.Node | undefined): string | undefined {
  return node && ts.isStringLiteralLike(node) ? node.text : undefined;
}

const folderOf = (path: string) =>
  Object.keys(MAY_IMPORT)
    .filter((folder) => path.startsWith(`${folder}/`))
    .toSorted((a, b) => b.length - a.length)[0];

function folderMayImport({ from, to }: Import): boolean {
  const [importer, imported] = [folderOf(from), folderOf(to)];
  if (importer === undefined) return true;
  const allowed = MAY_IMPORT[importer];
  return (
    allowed === 'anything' ||
    importer === imported ||
    (imported !== undefined && !!allowed?.includes(imported))
  );
}

const isWithinSchema = ({ from, to }: Import) =>
  from.startsWith('schema/') && to.startsWith('schema/');

/** index.ts and print.ts stand above all rungs. */
function rungOf(path: string): number {
  const rung = ladder.findIndex((names) => names.includes(conceptOf(path)));
  return rung >= 0 ? rung : ladder.length + Number(path === 'schema/print.ts');
}

const isDownTheLadder = ({ from, to }: Import) => rungOf(to) < rungOf(from);

function conceptOf(path: string): string {
  return path.replace(/^schema\/(.+)\.ts$/, '$1');
}
