import { graphql } from '../graphql.ts';

export const ReceiptReceived = graphql(`
  subscription ReceiptReceived {
    receiptReceived { by { id username } deliveredThrough readThrough }
  }
`);
