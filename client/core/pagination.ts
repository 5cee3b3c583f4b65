/** A page of a list, as the API answers with it. */
export interface Page<Node> {
  readonly edges: readonly { readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** The most items that a page may hold, unless the server is set otherwise. */
export const PAGE_SIZE = 100;

/**
 * Reads a list page by page, from its beginning, as the pages are taken.
 *
 * @example
 * const read = async (after: string | null) =>
 *   (await dataOf(client.query(AccountsMatching, { first: PAGE_SIZE, after }))).accounts;
 * for await (const page of pages(read)) for (const { username } of page) console.log(username);
 */
export async function* pages<Node>(
  read: (after: string | null) => Promise<Page<Node>>,
): AsyncGenerator<Node[]> {
  let after: string | null = null;
  do {
    const { edges, pageInfo } = await read(after);
    yield edges.map(({ node }) => node);
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
}
