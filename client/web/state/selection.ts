import type { Account } from './people.ts';
import { createStore, type Readable } from './store.ts';

/**
 * The conversation that is open. It is in the history of the tab: it survives a reload, and Back
 * leaves it.
 */
export interface Selection extends Readable<Account | undefined> {
  open(account: Account): void;
  close(): void;
}

export function openSelection(viewer: string, over: AbortSignal): Selection {
  const read = (): Account | undefined =>
    history.state?.viewer === viewer ? history.state.account : undefined;
  const store = createStore(read());
  window.addEventListener('popstate', () => store.set(read()), { signal: over });
  return {
    get: store.get,
    subscribe: store.subscribe,
    open({ id, username }) {
      const account = { id, username };
      const state = { viewer, account };
      if (store.get()) history.replaceState(state, '');
      else history.pushState(state, '');
      store.set(account);
    },
    close: () => history.back(),
  };
}
