import type { AnyVariables, Client, CombinedError, DocumentInput } from '@urql/core';
import { codeOf, RETRY_DELAY_MS } from './errors.ts';

/**
 * Follows a subscription until the session ends. Returns a function that stops it. The variables
 * are read again at each reconnect, so that a getter among them can resume the stream.
 *
 * @example
 * const stop = follow(client, ReceiptReceived, {}, ({ receiptReceived }) =>
 *   console.log(receiptReceived.by.username),
 * );
 */
export function follow<Data, Variables extends AnyVariables>(
  client: Client,
  document: DocumentInput<Data, Variables>,
  variables: Variables,
  receive: (data: Data) => void,
): () => void {
  let stopped = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let unsubscribe = (): void => {};

  function begin(): void {
    ({ unsubscribe } = client.subscription(document, variables).subscribe(({ data, error }) => {
      // An error ends the stream but not the socket, so nothing else would restart it.
      if (error && !stopped && !isOver(error)) retry = setTimeout(begin, RETRY_DELAY_MS);
      if (!error && data) receive(data);
    }));
  }

  begin();
  return () => {
    stopped = true;
    clearTimeout(retry);
    unsubscribe();
  };
}

/** Whether the session has ended or the connection is closed, so that a retry cannot succeed. */
const isOver = (error: CombinedError): boolean =>
  error.networkError !== undefined ||
  codeOf(error) === 'SESSION_ENDED' ||
  codeOf(error) === 'UNAUTHENTICATED';
