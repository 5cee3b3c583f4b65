import { execFile } from 'node:child_process';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { preset } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import * as operationsPlugin from '@graphql-codegen/typescript-operations';
import { buildSchema, isUnionType, parse, validate } from 'graphql';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { schema, sdl } from '../../schema/index.ts';
import { temporaryFolder } from '../support/folder.ts';
import { type NaturalSelection, naturalSelectionsOf } from '../support/natural-selection.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const selections = naturalSelectionsOf(schema);

test('every union has a natural selection', () => {
  const unions = Object.values(schema.getTypeMap()).filter(isUnionType);
  const selected = new Set(selections.map(({ union }) => union));
  expect(selected).toEqual(new Set(unions.map(({ name }) => name)));
});

test.for(selections)('the natural selection of $union is valid', ({ document }) => {
  expect(validate(schema, parse(document)).map(({ message }) => message)).toEqual([]);
});

test('the natural selection of a union is invalid if a field clashes with Error', () => {
  const clashing = buildSchema(
    sdl.replace(/(type SendMessageSuccess \{.*?)\w+: Message!/s, '$1message: Message!'),
  );
  const errors = naturalSelectionsOf(clashing).flatMap(({ document }) =>
    validate(clashing, parse(document)),
  );
  expect(errors.map(({ message }) => message)).toContainEqual(
    expect.stringMatching('Fields "message" conflict'),
  );
});

test("graphql-codegen's operations plugin types every natural selection", async () => {
  const folder = await newProject();
  const operations = await codegen({
    ...codegenInput,
    filename: join(folder, 'operations.ts'),
    plugins: [{ operations: {} }],
    pluginMap: { operations: operationsPlugin },
  });
  await writeFile(join(folder, 'operations.ts'), operations);
  const programs = selections.map(({ field, values }) => {
    const operation = `${field.charAt(0).toUpperCase()}${field.slice(1)}`;
    const type = `import('./operations.ts').${operation}Mutation['${field}']`;
    return readsOf(type, values);
  });
  await writeFile(join(folder, 'reads.ts'), programs.join('\n'));
  expect(typeErrorsIn(folder)).toEqual([]);
});

test("graphql-codegen's client preset types every natural selection", async () => {
  const folder = await newProject();
  const files = await preset.buildGeneratesSection({
    ...codegenInput,
    baseOutputDir: `${folder}/`,
    presetConfig: {},
    plugins: [],
    pluginMap: {},
  });
  for (const file of files) await writeFile(file.filename, await codegen(file));
  await writeFile(join(folder, 'reads.ts'), programOf('./gql.ts'));
  expect(typeErrorsIn(folder)).toEqual([]);
});

test('gql.tada types every natural selection', async () => {
  const folder = await newProject();
  await writeFile(join(folder, 'schema.graphql'), sdl);
  const settings = { schema: './schema.graphql', tadaOutputLocation: './graphql-env.d.ts' };
  const compilerOptions = { plugins: [{ name: 'gql.tada/ts-plugin', ...settings }] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  const tada = join(ROOT, 'node_modules/gql.tada/bin/cli.js');
  await promisify(execFile)(process.execPath, [tada, 'generate-output'], { cwd: folder });
  await writeFile(
    join(folder, 'tada.ts'),
    `import { initGraphQLTada } from 'gql.tada';
    import type { introspection } from './graphql-env.d.ts';
    export const graphql = initGraphQLTada<{ introspection: introspection }>();`,
  );
  await writeFile(join(folder, 'reads.ts'), programOf('./tada.ts'));
  expect(typeErrorsIn(folder)).toEqual([]);
});

const codegenInput = {
  schema: parse(sdl),
  schemaAst: buildSchema(sdl),
  documents: selections.map(({ document, field }) => ({
    location: `${field}.ts`,
    document: parse(document),
    rawSDL: document,
  })),
  config: { scalars: { DateTime: 'string' } },
};

/** An empty folder in which the packages of this project can be imported. */
async function newProject(): Promise<string> {
  const folder = await temporaryFolder();
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return folder;
}

/** A program that selects every union through a `graphql` function and reads each value. */
function programOf(from: string): string {
  const lines = selections.flatMap(({ field, document, values }) => [
    `const ${field} = graphql(\`${document}\`);`,
    readsOf(`ResultOf<typeof ${field}>['${field}']`, values),
  ]);
  return [
    `import { graphql } from '${from}';`,
    `import type { ResultOf } from '@graphql-typed-document-node/core';`,
    ...lines,
  ].join('\n');
}

/** Reads each value of each member of a union from its TypeScript type. */
function readsOf(type: string, values: NaturalSelection['values']): string {
  return Object.entries(values)
    .map(
      ([member, expressions]) =>
        `(it: Extract<${type}, { __typename: '${member}' }>) => [${expressions}];`,
    )
    .join('\n');
}

function typeErrorsIn(folder: string): string[] {
  const program = ts.createProgram([join(folder, 'reads.ts')], {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.Preserve,
    allowImportingTsExtensions: true,
    types: [],
  });
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
