import { graphql } from '../graphql.ts';

export const SetTyping = graphql(`
  mutation SetTyping($input: SetTypingInput!) {
    setTyping(input: $input) {
      __typename
      ... on SetTypingSuccess { conversation { id } }
      ... on Error { message }
    }
  }
`);

export const TypingChanged = graphql(`
  subscription TypingChanged($in: [ID!]!) {
    typingChanged(in: $in) { id counterpartId counterpartUsername typing }
  }
`);
