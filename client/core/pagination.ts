/** A page of a list, in the form of the API. */
export interface Page<Node> {
  readonly edges: readonly { readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** The largest page that a server allows by default. */
export const PAGE_SIZE = 100;

/**
 * Iterates over a list from its beginning, and requests each page when it is needed.
 *
 * @example
 * const read = (after: string | null) =>
 *   fieldOf(client.query(AccountsMatching, { first: PAGE_SIZE, after }), 'accounts');
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
