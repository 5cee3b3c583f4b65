import { flushSync } from 'react-dom';

/** One frame. Items that arrive within it are rendered together. */
const FRAME_MS = 16;

/**
 * Batches items that arrive in quick succession, so that a backlog of ten thousand messages is not
 * ten thousand renderings. The returned function resolves once its item is in the document.
 */
export function batchByFrame<Item>(
  render: (items: readonly Item[]) => void,
): (item: Item) => Promise<void> {
  let items: Item[] = [];
  let flushed: Promise<void> | undefined;

  async function flush(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, FRAME_MS));
    const batch = items;
    items = [];
    flushed = undefined;
    flushSync(() => render(batch));
  }

  return (item) => {
    items.push(item);
    flushed ??= flush();
    return flushed;
  };
}
