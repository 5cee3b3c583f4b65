import type { FormattedExecutionResult } from 'graphql';
import type { Headers } from './subscription.ts';

interface TextModel {
  readonly uri: { readonly path: string };
  setValue(text: string): void;
}

/** The editor, which GraphiQL makes available under this name. */
declare const __MONACO: { readonly editor: { getModels(): TextModel[] } };

/**
 * Puts the token of a login into the headers editor. From then on the tab sends it with each
 * operation, and anyone can see so, and change it. Another tab can be another person.
 */
export function adoptToken({ data }: FormattedExecutionResult, headers: Headers): void {
  const token = Object.values(data ?? {}).find(isLogin)?.token;
  if (token === undefined) return;
  const others = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization');
  const text = { ...Object.fromEntries(others), Authorization: `Bearer ${token}` };
  __MONACO.editor
    .getModels()
    .find(({ uri }) => uri.path.endsWith('request-headers.json'))
    ?.setValue(JSON.stringify(text, null, 2));
}

/** Whether the answer to a field, under any alias, is a successful login with its token. */
const isLogin = (answer: unknown): answer is { token: string } =>
  typeof Object(answer).token === 'string';
