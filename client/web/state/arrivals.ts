import { flushSync } from 'react-dom';

/** One frame: what arrives within it is put on the page in one go. */
const FRAME_MS = 16;

/**
 * Collects what arrives in quick succession, and puts it on the page together: ten thousand
 * messages that waited are not ten thousand renderings. Each `add` resolves when its item is in the
 * document.
 */
export function gather<Item>(put: (items: readonly Item[]) => void): (item: Item) => Promise<void> {
  let items: Item[] = [];
  let flushed: Promise<void> | undefined;

  async function flush(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, FRAME_MS));
    const taken = items;
    items = [];
    flushed = undefined;
    flushSync(() => put(taken));
  }

  return (item) => {
    items.push(item);
    flushed ??= flush();
    return flushed;
  };
}
