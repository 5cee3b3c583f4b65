import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import type { Chat } from '../state/chat.ts';
import type { Account } from '../state/people.ts';
import { useStore } from '../state/store.ts';
import { SendIcon } from '../ui/icons.tsx';
import './Composer.css';

/** From so few characters left on, they are counted. */
const COUNT_BELOW = 200;

/** Without one, a keyboard on the screen would cover half of what one came to read. */
export const hasMouse = (): boolean => matchMedia('(pointer: fine)').matches;

const characters = (count: number): string => `${count} character${count === 1 ? '' : 's'}`;

/**
 * Where a message is written: Enter sends it, Shift+Enter begins a line, and what is not sent is
 * kept.
 */
export function Composer({ chat, to }: { chat: Chat; to: Account }) {
  const [text, setText] = useState(() => chat.draft.draft(to.id));
  const limit = useStore(chat.maxTextLength);
  const left = limit - [...text].length;
  const blank = text.trim() === '';
  const field = useRef<HTMLTextAreaElement>(null);
  const counter = useId();

  useEffect(() => {
    if (hasMouse()) field.current?.focus({ preventScroll: true });
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: it grows with the text.
  useLayoutEffect(() => {
    if (!field.current) return;
    field.current.style.height = 'auto';
    field.current.style.height = `${field.current.scrollHeight}px`;
  }, [text]);

  function write(next: string): void {
    setText(next);
    chat.draft.keepDraft(to.id, next);
  }

  function send(): void {
    if (blank || left < 0) return;
    chat.outgoing.send({ id: to.id, username: to.username }, text.trim());
    write('');
    field.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    // While a word is being composed, as in Japanese, Enter chooses it.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  }

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={field}
        rows={1}
        placeholder="Message"
        aria-label={`Message to ${to.username}`}
        aria-describedby={counter}
        aria-invalid={left < 0}
        enterKeyHint="send"
        value={text}
        onChange={(event) => write(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <p id={counter} className="composer-counter" data-over={left < 0}>
        {left < COUNT_BELOW &&
          (left < 0 ? `${characters(-left)} too many` : `${characters(left)} left`)}
      </p>
      <button type="submit" aria-label="Send" aria-disabled={blank || left < 0}>
        <SendIcon />
      </button>
    </form>
  );
}
