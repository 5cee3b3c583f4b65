import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { stringifyDocument } from '@urql/core';

/** The files of documents in a folder of the client library. */
export const documentsIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name !== 'index.ts').map((name) => join(folder, name));

/** Whether a compiled file needs gql.tada, which no package has. */
export const needsGqlTada = (path: string): boolean =>
  basename(path).startsWith('graphql.') ||
  (basename(dirname(path)) === 'documents' && !basename(path).startsWith('index.'));

/** Writes the documents of a folder in full, as modules that need no schema and no gql.tada. */
export async function writeDocuments(folder: string, out: string): Promise<void> {
  await mkdir(out, { recursive: true });
  for (const path of await documentsIn(folder))
    await writeFile(join(out, `${basename(path, '.ts')}.js`), await plainDocuments(path));
}

async function plainDocuments(path: string): Promise<string> {
  const documents: Record<string, Parameters<typeof stringifyDocument>[0]> = await import(path);
  const exported = Object.entries(documents).map(
    ([name, document]) =>
      `export const ${name} = gql(${JSON.stringify(stringifyDocument(document))});\n`,
  );
  return `import { gql } from '@urql/core';\n\n${exported.join('')}`;
}
