import type { AnyVariables, Client, CombinedError, DocumentInput } from '@urql/core';
import { codeOf, RETRY_DELAY_MS } from './errors.ts';

/**
 * Follows a subscription for as long as the session lasts; answers with how to stop. The variables
 * are read anew at each reconnect, so a getter among them can say where to go on.
 *
 * @example const stop = follow(client, ReceiptReceived, {}, ({ receiptReceived }) =>
 * console.log(receiptReceived.by.username));
 */
export function follow<Data, Variables extends AnyVariables>(
  client: Client,
  document: DocumentInput<Data, Variables>,
  variables: Variables,
  receive: (data: Data) => void,
): () => void {
  let stopped = false;
  let again: ReturnType<typeof setTimeout> | undefined;
  let unsubscribe = (): void => {};

  function begin(): void {
    ({ unsubscribe } = client.subscription(document, variables).subscribe(({ data, error }) => {
      // A fault ends the stream and leaves the socket open, so nothing else would begin it anew.
      if (error && !stopped && !isOver(error)) again = setTimeout(begin, RETRY_DELAY_MS);
      if (!error && data) receive(data);
    }));
  }

  begin();
  return () => {
    stopped = true;
    clearTimeout(again);
    unsubscribe();
  };
}

/**
 * The session has ended or its socket is closed for good: the answer to asking again would be the
 * same.
 */
const isOver = (error: CombinedError): boolean =>
  error.networkError !== undefined ||
  codeOf(error) === 'SESSION_ENDED' ||
  codeOf(error) === 'UNAUTHENTICATED';
