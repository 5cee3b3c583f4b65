import { graphql } from '../graphql.ts';

export const PresenceChanged = graphql(`
  subscription PresenceChanged($of: [String!]!) {
    presenceChanged(of: $of) { id username online }
  }
`);
