import { graphql } from '../graphql.ts';
import { ShownMessage } from './message.ts';

export const CreateAccount = graphql(`
  mutation CreateAccount($input: CreateAccountInput!) {
    createAccount(input: $input) {
      __typename
      ... on CreateAccountSuccess { account { username } }
      ... on RateLimitedError { retryAfter }
      ... on Error { message }
    }
  }
`);

export const ChangePassword = graphql(`
  mutation ChangePassword($input: ChangePasswordInput!) {
    changePassword(input: $input) {
      __typename
      ... on ChangePasswordSuccess { token }
      ... on RateLimitedError { retryAfter }
      ... on Error { message }
    }
  }
`);

export const DeleteAccount = graphql(
  `
    mutation DeleteAccount($input: DeleteAccountInput!) {
      deleteAccount(input: $input) {
        __typename
        ... on DeleteAccountSuccess { username undeliveredCount undelivered { ...ShownMessage } }
        ... on RateLimitedError { retryAfter }
        ... on Error { message }
      }
    }
  `,
  [ShownMessage],
);

export const AccountsMatching = graphql(`
  query AccountsMatching($matching: String, $first: Int, $after: String) {
    accounts(matching: $matching, first: $first, after: $after) {
      edges { node { id username online } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);
