import { graphql, type ResultOf } from '../graphql.ts';

/** Where a session goes on from, in what it receives and in what the account sends. */
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
        ... on Error { error: message }
      }
    }
  `,
  [Mailbox],
);

export const Logout = graphql(`
  mutation Logout {
    logout { account { username } }
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
