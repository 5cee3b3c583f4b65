import { type Account, isAccount } from './account.ts';
import { addressOf, listAddress, usernameInAddress } from './address.ts';
import { createStore, type Readable } from './store.ts';

/**
 * The open conversation. It is in the address of the page, so Back and Forward move between
 * conversations, and a reload or another tab opens it again.
 */
export interface Selection extends Readable<Account | undefined> {
  /** The username in the address, if nobody has it. */
  readonly unknown: Readable<string | undefined>;
  open(account: Account): void;
  close(): void;
  /** Removes the conversation from the address of the page. */
  forget(): void;
}

interface SelectionOptions {
  readonly viewerId: string;
  /** Finds the account with a username. */
  find(username: string): Promise<Account | undefined>;
  readonly closed: AbortSignal;
}

/** The entry of a conversation in the tab's history. */
interface Entry {
  readonly viewer: string;
  readonly account: Account;
  /** Whether the entry before it is the list. */
  readonly fromList: boolean;
}

export function openSelection({ viewerId, find, closed }: SelectionOptions): Selection {
  const store = createStore<Account | undefined>(undefined);
  const unknown = createStore<string | undefined>(undefined);

  const entryOf = ({ id, username }: Account, fromList: boolean): Entry => ({
    viewer: viewerId,
    account: { id, username },
    fromList,
  });

  function show(account: Account | undefined): void {
    unknown.set(undefined);
    store.set(account);
  }

  /** Follows the address. One that was typed, or comes from a link, has no entry yet. */
  async function follow(): Promise<void> {
    const username = usernameInAddress();
    const { viewer, account } = history.state ?? {};
    const isKnown = viewer === viewerId && isAccount(account) && account.username === username;
    show(isKnown ? account : undefined);
    if (isKnown || username === undefined) return;
    const found = await find(username);
    if (closed.aborted || store.get() || usernameInAddress() !== username) return;
    if (found) {
      history.replaceState(entryOf(found, false), '', addressOf(found.username));
      store.set(found);
    } else unknown.set(username);
  }
  // A request fails only at the end of the session or on a server fault.
  const followAddress = () => void follow().catch(() => {});
  followAddress();
  window.addEventListener('popstate', followAddress, { signal: closed });

  return {
    get: store.get,
    subscribe: store.subscribe,
    unknown,
    open(account) {
      if (account.id === store.get()?.id) return;
      const entry = entryOf(account, usernameInAddress() === undefined);
      history.pushState(entry, '', addressOf(account.username));
      show(entry.account);
    },
    close() {
      if (history.state?.fromList) return history.back();
      history.pushState(null, '', listAddress());
      show(undefined);
    },
    forget: () => history.replaceState(null, '', listAddress()),
  };
}
