import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Translated idioms that were once common here. */
const BANNED =
  /\b(anew|by chance|whoever|whomever|(is|are) told|comes? of|mends?|mended|for ever|for good|as it stands|tells of|one's|somebody)\b/i;

const TEST_FUNCTIONS = ['test', 'describe'];
const MAX_TITLE = 80;

const exclude = ['node_modules', '**/node_modules', '**/dist', '.*', 'test/words.test.ts'];
const filesMatching = (pattern: string) =>
  globSync(pattern, { cwd: ROOT, exclude }).map((path) => ({
    path: path.replaceAll('\\', '/'),
    text: readFileSync(join(ROOT, path), 'utf8'),
  }));

test(`test titles have at most ${MAX_TITLE} characters`, () => {
  const titles = filesMatching('test/**/*.test.ts').flatMap(({ path, text }) =>
    titlesIn(ts.createSourceFile(path, text, ts.ScriptTarget.Latest)),
  );
  expect(titles.length).toBeGreaterThan(400);
  expect(titles.filter((title) => title.length > MAX_TITLE)).toEqual([]);
});

test('code, comments and documents contain no translated idioms', () => {
  const lines = filesMatching('**/*.{ts,tsx,html,graphql,md}').flatMap(({ path, text }) =>
    text.split('\n').map((line, index) => `${path}:${index + 1}: ${line.trim()}`),
  );
  expect(lines.filter((line) => BANNED.test(line))).toEqual([]);
});

/** The first argument of each call of `test`, `test.for(…)` and the like. */
function titlesIn(source: ts.SourceFile): string[] {
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && TEST_FUNCTIONS.includes(calleeOf(node))) {
      const [title] = node.arguments;
      if (title && (ts.isStringLiteralLike(title) || ts.isTemplateExpression(title)))
        titles.push(title.getText(source).slice(1, -1));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return titles;
}

/** The name at the root of a callee: `test` for `test.for(…)(…)`. */
function calleeOf(node: ts.Node): string {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isCallExpression(node) || ts.isPropertyAccessExpression(node))
    return calleeOf(node.expression);
  return '';
}
