import type { ShownMessage } from '../../core/documents/message.ts';

/** The loaded part of a conversation: its end, without gaps, as far back as was asked for. */
export interface Thread {
  /** Whether the first page has loaded. */
  readonly ready: boolean;
  /** Oldest first. */
  readonly messages: readonly ShownMessage[];
  /** The cursor of the page before, or null if there is none. */
  readonly earlier: string | null;
}

/** A part of a conversation, without gaps. */
export type Page = Pick<Thread, 'messages' | 'earlier'>;

export const EMPTY_THREAD: Thread = { ready: false, messages: [], earlier: null };

/** Joins a page and the one that follows it. */
export const joinPages = (page: Page, next: Page): Page => ({
  messages: [...page.messages, ...next.messages],
  earlier: page.earlier,
});

/** Whether messages may be missing between the loaded part and a later page. */
export function hasGap(
  { ready, messages }: Thread,
  { messages: [oldest], earlier }: Page,
): boolean {
  const [first] = messages;
  if (!ready || !first || !oldest || earlier === null || first.id > oldest.id) return false;
  return !messages.some(({ id }) => id === oldest.id);
}

/** Adds the latest page, which leaves no gap. */
export function withLatest({ ready, messages, earlier }: Thread, latest: Page): Thread {
  const oldest = latest.messages[0]?.id ?? '';
  const overlap = ready && messages.some(({ id }) => id === oldest);
  const kept = overlap ? messages : messages.filter(({ id }) => id > oldest);
  return {
    ready: true,
    messages: mergeMessages(kept, latest.messages),
    earlier: overlap ? earlier : latest.earlier,
  };
}

/** Adds messages that arrived. A message before the loaded part comes with its page. */
export function withArrivals(thread: Thread, arrivals: readonly ShownMessage[]): Thread {
  const [oldest] = thread.messages;
  const fitting = thread.earlier && oldest ? arrivals.filter(({ id }) => id > oldest.id) : arrivals;
  return { ...thread, messages: mergeMessages(thread.messages, fitting) };
}

/**
 * Merges two lists without repeats, in order: ids sort by the time of sending. A message in both
 * is taken from `more`.
 */
function mergeMessages(
  messages: readonly ShownMessage[],
  more: readonly ShownMessage[],
): readonly ShownMessage[] {
  const last = messages.at(-1)?.id ?? '';
  if (more.every(({ id }, index) => id > (more[index - 1]?.id ?? last)))
    return [...messages, ...more];
  const all = new Map([...messages, ...more].map((message) => [message.id, message]));
  return [...all.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
