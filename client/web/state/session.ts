import { type Account, isAccount } from './account.ts';
import { ownName } from './home.ts';
import { parseObject } from './json.ts';
import type { SafeStorage } from './storage.ts';
import { createStore, type Readable } from './store.ts';

/** The account that is logged in, with its session token. */
export interface Session extends Account {
  readonly token: string;
}

/** The session of this browser. Every tab shares it. */
export interface SessionStore extends Readable<Session | undefined> {
  save(session: Session): void;
  /** Removes this session in every tab, unless another tab has started a new one. */
  remove(session: Session): void;
  /**
   * Leaves this session in this tab only. When another tab changes the password, this tab may see
   * the end of the old session first; removing it then would log out the other tab too.
   */
  leave(session: Session): void;
}

const KEY = ownName('session');

function parseSession(json: string | null): Session | undefined {
  const session = parseObject(json);
  if (!isAccount(session) || typeof session.token !== 'string') return undefined;
  return { id: session.id, username: session.username, token: session.token };
}

export function openSessionStore(storage: SafeStorage): SessionStore {
  const read = () => parseSession(storage.get(KEY));
  const store = createStore(read());
  window.addEventListener('storage', ({ key }) => {
    if (key === KEY || key === null) store.set(read());
  });
  return {
    get: store.get,
    subscribe: store.subscribe,
    save(session) {
      storage.set(KEY, JSON.stringify(session));
      store.set(session);
    },
    remove({ token }) {
      if (read()?.token === token) storage.remove(KEY);
      store.set(read());
    },
    leave({ token }) {
      const stored = read();
      store.set(stored?.token === token ? undefined : stored);
    },
  };
}
