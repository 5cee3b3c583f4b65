import { graphql, type ResultOf } from '../graphql.ts';

/** Where a session starts to receive, and where the account's sent messages end. */
export const Mailbox = graphql(`
  fragment Mailbox on Mailbox @_unmask {
    deliveredThrough
    pendingCount
    sentThrough
  }
`);
export type Mailbox = ResultOf<typeof Mailbox>;

export const Login = graphql(
  `
    mutation Login($input: LoginInput!) {
      login(input: $input) {
        __typename
        ... on LoginSuccess { token account { id username } mailbox { ...Mailbox } }
        ... on RateLimitedError { retryAfter }
        ... on Error { message }
      }
    }
  `,
  [Mailbox],
);

export const Logout = graphql(`
  mutation Logout {
    logout {
      __typename
      ... on LogoutSuccess { account { username } }
      ... on Error { message }
    }
  }
`);

export const Viewer = graphql(
  `
    query Viewer {
      viewer { id username }
      mailbox { ...Mailbox }
    }
  `,
  [Mailbox],
);
