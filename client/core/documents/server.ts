import { graphql } from '../graphql.ts';

/** What the server allows, of what a client has to know beforehand. */
export const Limits = graphql(`
  query Limits {
    server {
      limits { maxTextLength maxRequestBytes }
    }
  }
`);
