import type { Account } from './people.ts';
import { createStore, type Readable } from './store.ts';

/** Who is logged in, and the proof. */
export interface Session extends Account {
  readonly token: string;
}

/**
 * The session of this browser: every tab has the same one, and hears when another tab changes it.
 */
export interface SessionStore extends Readable<Session | undefined> {
  save(session: Session): void;
  /** Forgets this session, in every tab; one that another tab has begun since is kept. */
  remove(session: Session): void;
  /**
   * Leaves this session in this tab alone. What is kept stays as it is: the tab that has just ended
   * the session with a new password may learn of it later than this one, and would find its new
   * session removed.
   */
  leave(session: Session): void;
}

const KEY = 'parley:session';

export function openSessionStore(storage: Storage): SessionStore {
  const read = (): Session | undefined => JSON.parse(storage.getItem(KEY) ?? 'null') ?? undefined;
  const store = createStore(read());
  window.addEventListener('storage', ({ key }) => {
    if (key === KEY || key === null) store.set(read());
  });
  return {
    get: store.get,
    subscribe: store.subscribe,
    save(session) {
      storage.setItem(KEY, JSON.stringify(session));
      store.set(session);
    },
    remove({ token }) {
      if (read()?.token === token) storage.removeItem(KEY);
      store.set(read());
    },
    leave({ token }) {
      const kept = read();
      store.set(kept?.token === token ? undefined : kept);
    },
  };
}
