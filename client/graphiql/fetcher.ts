import type { DocumentNode, FormattedExecutionResult } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { type Headers, subscription } from './subscription.ts';
import { adoptToken } from './token.ts';

/** What belongs to an operation of a tab. */
interface FetcherOptions {
  readonly headers?: Headers;
  /** The tab's document. GraphiQL's own query for the schema has none. */
  readonly documentAST?: DocumentNode;
}

interface Tabs {
  readonly tabs: readonly { readonly id: string }[];
  readonly activeTabIndex: number;
}

let openTab: string | undefined;

/** Remembers which tab is open. GraphiQL calls this at each change to a tab. */
export function rememberTab({ tabs, activeTabIndex }: Tabs): void {
  openTab = tabs[activeTabIndex]?.id;
}

/** Runs an operation for GraphiQL: subscriptions over WebSocket, all others over HTTP. */
export function fetcher(
  operation: SubscribePayload,
  { headers = {}, documentAST }: FetcherOptions = {},
) {
  if (!documentAST) return post(operation, headers);
  return isSubscription(operation, documentAST)
    ? subscription(operation, headers)
    : runInTab(operation, headers);
}

async function runInTab(
  operation: SubscribePayload,
  headers: Headers,
): Promise<FormattedExecutionResult> {
  const tab = openTab;
  const result = await post(operation, headers);
  // GraphiQL would show the answer, and use its token, in the tab that is open now.
  if (tab !== openTab) return new Promise(() => {});
  adoptToken(result, headers);
  return result;
}

async function post(
  operation: SubscribePayload,
  headers: Headers,
): Promise<FormattedExecutionResult> {
  const response = await fetch(location.pathname, {
    method: 'POST',
    headers: {
      accept: 'application/graphql-response+json, application/json',
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(operation),
  }).catch(() => undefined);
  if (!response) return failure('The server does not answer. Try again.');
  return response.json().catch(() => failure(`The server answered with ${response.status}.`));
}

/** Returns a result with an error of our own. */
const failure = (message: string): FormattedExecutionResult => ({ errors: [{ message }] });

/** Whether the operation that runs, of those in the document, is a subscription. */
const isSubscription = ({ operationName }: SubscribePayload, document: DocumentNode): boolean =>
  document.definitions.some(
    (definition) =>
      definition.kind === 'OperationDefinition' &&
      definition.operation === 'subscription' &&
      (!operationName || definition.name?.value === operationName),
  );
