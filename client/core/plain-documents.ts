import { stringifyDocument } from '@urql/core';

/**
 * The documents of a file, written out in full as a module of JavaScript. Unlike the file, it needs
 * neither the schema nor gql.tada.
 */
export async function plainDocuments(path: string): Promise<string> {
  const documents: Record<string, Parameters<typeof stringifyDocument>[0]> = await import(path);
  const exported = Object.entries(documents).map(
    ([name, document]) =>
      `export const ${name} = gql(${JSON.stringify(stringifyDocument(document))});\n`,
  );
  return `import { gql } from '@urql/core';\n\n${exported.join('')}`;
}
