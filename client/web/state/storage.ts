import { createStore, type Readable } from './store.ts';

/** The browser's storage. What it does not accept is kept in memory, until a reload. */
export interface SafeStorage {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  /** The keys that begin with a prefix. */
  keys(prefix: string): string[];
  /** Whether everything so far outlives a reload. */
  readonly lasting: Readable<boolean>;
}

/**
 * Opens the browser's storage. With cookies blocked, `localStorage` itself throws; when it is full,
 * each write does. Neither may end the chat.
 */
export function openStorage(browserStorage: () => Storage = () => localStorage): SafeStorage {
  const memory = new Map<string, string>();
  const lasting = createStore(true);

  function attempt<Value>(action: (storage: Storage) => Value, otherwise: Value): Value {
    try {
      return action(browserStorage());
    } catch {
      return otherwise;
    }
  }

  return {
    get: (key) => memory.get(key) ?? attempt((storage) => storage.getItem(key), null),
    set(key, value) {
      const stored = attempt((storage) => {
        storage.setItem(key, value);
        return true;
      }, false);
      if (stored) memory.delete(key);
      else memory.set(key, value);
      lasting.set(memory.size === 0);
    },
    remove(key) {
      memory.delete(key);
      attempt((storage) => storage.removeItem(key), undefined);
    },
    keys(prefix) {
      const stored = attempt((storage) => Object.keys(storage), []);
      return [...new Set([...stored, ...memory.keys()])].filter((key) => key.startsWith(prefix));
    },
    lasting: { get: lasting.get, subscribe: lasting.subscribe },
  };
}
