import { graphql } from '../graphql.ts';

export const BlockAccount = graphql(`
  mutation BlockAccount($input: BlockAccountInput!) {
    blockAccount(input: $input) {
      __typename
      ... on BlockAccountSuccess { account { id username blocked } }
      ... on Error { message }
    }
  }
`);

export const UnblockAccount = graphql(`
  mutation UnblockAccount($input: UnblockAccountInput!) {
    unblockAccount(input: $input) {
      __typename
      ... on UnblockAccountSuccess { account { id username blocked } }
      ... on Error { message }
    }
  }
`);

/** The accounts that the viewer blocks, the last blocked first. */
export const BlockedAccounts = graphql(`
  query BlockedAccounts($first: Int, $after: String) {
    blockedAccounts(first: $first, after: $after) {
      edges { node { id username } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);
