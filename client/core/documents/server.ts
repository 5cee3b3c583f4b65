import { graphql } from '../graphql.ts';

/** The limits that a client checks before it sends. */
export const Limits = graphql(`
  query Limits {
    server {
      limits { maxTextLength maxRequestBytes maxWatchedAccounts }
    }
  }
`);

/** Who can create an account. */
export const Registration = graphql(`
  query Registration {
    server { registration }
  }
`);
