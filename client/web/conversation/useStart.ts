import { useEffect, useRef, useState } from 'react';
import type { Chat } from '../state/chat.ts';
import type { Thread } from '../state/thread.ts';
import { reachesStart, type Start, type StartOptions, startOf } from './start.ts';

/** Where a conversation opens; undefined until that part of it has been loaded. */
export interface Opening {
  readonly start: Start | undefined;
  /** Opens it at its end, without waiting. */
  skip(): void;
}

/** Finds where a conversation opens, and loads it as far back as that. */
export function useStart(
  chat: Chat,
  id: string,
  thread: Thread,
  { unread, readThrough }: { unread: number | undefined; readThrough: string | undefined },
): Opening {
  const [skipped, setSkipped] = useState(false);
  const skippedNow = useRef(false);
  const found = useRef<Start>(undefined);
  const left = useRef(chat.places.get(id));
  const options: StartOptions = { left: left.current, unread: unread ?? 0, readThrough };

  // The counts arrive with the list of people, perhaps after the first page.
  const known = thread.ready && (unread !== undefined || thread.messages.length === 0);
  if (known && !found.current) found.current = skipped ? 'end' : startOf(thread, options);
  const start = found.current;

  const skip = () => {
    skippedNow.current = true;
    setSkipped(true);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is loaded decides.
  useEffect(() => {
    if (!known || start !== undefined) return;
    chat.threads
      .loadEarlier(
        id,
        (messages) =>
          skippedNow.current || reachesStart([...messages, ...thread.messages], options),
      )
      .catch(skip);
  }, [known, start, thread]);
  useEffect(() => {
    skippedNow.current = false;
    // Leaving the conversation ends the loading, too.
    return () => {
      skippedNow.current = true;
    };
  }, []);
  return { start, skip };
}
