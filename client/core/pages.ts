interface Page<Node> {
  readonly edges: readonly { readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** The most items that a page may hold, unless the server is set otherwise. */
export const PAGE_SIZE = 100;

/** Reads a list page by page, from its beginning, as the pages are taken. */
export async function* pages<Node>(read: (after: string | null) => Promise<Page<Node>>): AsyncGenerator<Node[]> {
  let after: string | null = null;
  do {
    const { edges, pageInfo } = await read(after);
    yield edges.map(({ node }) => node);
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
}
