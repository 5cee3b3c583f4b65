/**
 * Replaces the storage that GraphiQL would share with the web client by storage in memory. What is
 * typed into GraphiQL, tokens included, is gone with its page, and GraphiQL cannot read the web
 * client's token.
 *
 * This would not stop a malicious script, but the page's policy lets none in. A sandbox would stop
 * one, but a sandboxed page has an opaque origin: in Chromium its requests carry `Origin: null`,
 * like those of any sandboxed page, so allowing them would allow every site.
 */
export function replaceStorage(): void {
  for (const name of ['localStorage', 'sessionStorage'])
    Object.defineProperty(window, name, { value: inMemory() });
}

/** Storage whose items are properties, like those of the real one. */
const inMemory = (): Storage =>
  Object.create({
    getItem(this: Items, key: string) {
      return Object.hasOwn(this, key) ? this[key] : null;
    },
    setItem(this: Items, key: string, value: unknown) {
      this[key] = String(value);
    },
    removeItem(this: Items, key: string) {
      delete this[key];
    },
    clear(this: Items) {
      for (const key of Object.keys(this)) delete this[key];
    },
    key(this: Items, index: number) {
      return Object.keys(this)[index] ?? null;
    },
    get length() {
      return Object.keys(this).length;
    },
  });

type Items = Record<string, string>;
