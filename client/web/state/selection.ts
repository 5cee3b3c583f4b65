import { type Account, isAccount } from './account.ts';
import { createStore, type Readable } from './store.ts';

/**
 * The open conversation. It is kept in the tab's history, so a reload restores it and Back closes
 * it.
 */
export interface Selection extends Readable<Account | undefined> {
  open(account: Account): void;
  close(): void;
}

export function openSelection(viewerId: string, closed: AbortSignal): Selection {
  function read(): Account | undefined {
    const { viewer, account } = history.state ?? {};
    return viewer === viewerId && isAccount(account) ? account : undefined;
  }
  const store = createStore(read());
  window.addEventListener('popstate', () => store.set(read()), { signal: closed });
  return {
    get: store.get,
    subscribe: store.subscribe,
    open({ id, username }) {
      const account = { id, username };
      const state = { viewer: viewerId, account };
      if (store.get()) history.replaceState(state, '');
      else history.pushState(state, '');
      store.set(account);
    },
    close: () => history.back(),
  };
}
