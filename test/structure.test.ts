import { globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The features of the page. None imports another: ChatScreen.tsx puts them together. */
const WEB_FEATURES = ['account', 'conversation', 'notifications', 'people'].map(
  (feature) => `client/web/${feature}`,
);

/**
 * Which folders a folder may import from, besides itself. A file belongs to the folder with the
 * longest matching name.
 */
const MAY_IMPORT: Record<string, readonly string[] | 'anything'> = {
  schema: [],
  'server/live': [],
  'server/store': ['schema'],
  'server/domain': ['schema', 'server/live', 'server/store'],
  'server/transport': ['schema', 'server/domain'],
  server: ['schema', 'server/live', 'server/store', 'server/domain', 'server/transport'],
  'server/admin': ['schema', 'server/live', 'server/store', 'server/domain', 'server'],
  'client/core': [],
  'client/cli': ['client/core'],
  'client/graphiql': [],
  'client/web': ['client/core', 'client/web/state', 'client/web/ui', ...WEB_FEATURES],
  ...Object.fromEntries(
    WEB_FEATURES.map((feature) => [feature, ['client/core', 'client/web/state', 'client/web/ui']]),
  ),
  'client/web/ui': ['client/web/state'],
  'client/web/state': ['client/core'],
  build: 'anything',
  test: 'anything',
  bench: 'anything',
  // They are for readers who have installed packages, not this repository.
  examples: [],
};

/** The subfolders that a layer may have. */
const SUBFOLDERS: Record<string, readonly string[]> = {
  'server/store': ['migrations'],
  'client/core': ['documents'],
  'client/cli': ['commands'],
  // relay-compiler writes the second.
  examples: ['__generated__'],
};

/**
 * The order of files within schema/: each imports only from earlier ones. The concepts follow, in
 * the order in which index.ts loads them.
 */
const FIRST_SCHEMA_FILES: readonly (readonly string[])[] = [
  ['iso-time', 'model'],
  ['limits', 'errors'],
  ['context'],
  ['builder'],
  ['error-types', 'pagination'],
];

interface Import {
  readonly from: string;
  readonly to: string;
}

test('folders import only from the folders they may', () => {
  expect(imports.filter((each) => !folderMayImport(each))).toEqual([]);
});

test('schema files import only from earlier schema files', () => {
  expect(imports.filter(isWithinSchema).filter((each) => !importsEarlierFile(each))).toEqual([]);
});

test('only server/tracing.ts imports OpenTelemetry', () => {
  const importers = sources.filter((path) =>
    readFileSync(join(ROOT, path), 'utf8').includes("from '@opentelemetry/"),
  );
  expect(importers.filter((path) => !path.startsWith('test/'))).toEqual(['server/tracing.ts']);
});

test('source files are in known folders', () => {
  const isInKnownFolder = (path: string) => {
    const folder = folderOf(path);
    if (folder === undefined) return /^[a-z]+\.config\.ts$/.test(path);
    if (MAY_IMPORT[folder] === 'anything' || dirname(path) === folder) return true;
    return SUBFOLDERS[folder]?.includes(dirname(path).slice(folder.length + 1));
  };
  expect(sources.filter((path) => !isInKnownFolder(path))).toEqual([]);
});

test('the top level has no unknown folders', () => {
  const ignored = readFileSync(join(ROOT, '.gitignore'), 'utf8')
    .split('\n')
    .map((line) => line.replaceAll('/', ''));
  const folders = readdirSync(ROOT, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() && !entry.name.startsWith('.') && !ignored.includes(entry.name)
      ? [entry.name]
      : [],
  );
  const known = [
    'bench',
    'build',
    'client',
    'deploy',
    'docs',
    'examples',
    'schema',
    'server',
    'test',
  ];
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
  [
    "import { Sidebar } from '../people/Sidebar.tsx';",
    'client/web/conversation/Conversation.tsx',
    'client/web/people/Sidebar.tsx',
  ],
  ["import '../../test/support/chat.ts';", 'server/domain/account.ts', 'test/support/chat.ts'],
])('the check finds %s', ([source, from, to]) => {
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
  expect(importsEarlierFile({ from, to })).toBe(false);
  expect(importsEarlierFile({ from: to, to: from })).toBe(from !== 'schema/error-types.ts');
});

const sources = globSync('**/*.{ts,tsx}', {
  cwd: ROOT,
  exclude: ['node_modules', '**/node_modules', '**/dist', '.*'],
}).map((path) => path.replaceAll('\\', '/'));
const imports = sources.flatMap((path) => importsIn(path, readFileSync(join(ROOT, path), 'utf8')));
const schemaOrder = [
  ...FIRST_SCHEMA_FILES,
  ...importsIn('schema/index.ts').map(({ to }) => [conceptOf(to)]),
];

/** The relative imports of a file, types included, in every syntax. */
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

/** index.ts comes after all others, then cache.ts and print.ts. */
function orderOf(path: string): number {
  const order = schemaOrder.findIndex((concepts) => concepts.includes(conceptOf(path)));
  const last = ['schema/cache.ts', 'schema/print.ts'];
  return order >= 0 ? order : schemaOrder.length + 1 + last.indexOf(path);
}

const importsEarlierFile = ({ from, to }: Import) => orderOf(to) < orderOf(from);

function conceptOf(path: string): string {
  return path.replace(/^schema\/(.+)\.ts$/, '$1');
}
