import {
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { Account } from '../state/account.ts';
import type { Chat } from '../state/chat.ts';
import { useStore } from '../state/store.ts';
import { SendIcon } from '../ui/icons.tsx';
import './Composer.css';

/** The counter appears when fewer characters than this are left. */
const COUNT_BELOW = 200;

/** Without a mouse, a focused field opens an on-screen keyboard over half of the conversation. */
export const hasMouse = (): boolean => matchMedia('(pointer: fine)').matches;

/**
 * The field for a new message. Enter sends, Shift+Enter starts a new line, and unsent text is kept
 * as a draft.
 */
export function Composer({ chat, to }: { chat: Chat; to: Account }) {
  const [text, setText] = useState(() => chat.drafts.get(to.id));
  const left = useStore(chat.maxTextLength) - [...text].length;
  const sendable = text.trim() !== '' && left >= 0;
  const field = useRef<HTMLTextAreaElement>(null);
  const counter = useId();
  useAutoHeight(field, text);
  useEffect(() => {
    if (hasMouse()) field.current?.focus({ preventScroll: true });
  }, []);

  function write(next: string): void {
    setText(next);
    chat.drafts.set(to.id, next);
  }

  function send(event: { preventDefault(): void }): void {
    event.preventDefault();
    if (!sendable) return;
    chat.outgoing.send({ id: to.id, username: to.username }, text.trim());
    write('');
    field.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    // During input-method composition, as for Japanese, Enter accepts a word.
    const composing = event.nativeEvent.isComposing;
    if (event.key === 'Enter' && !event.shiftKey && !composing) send(event);
  }

  return (
    <form className="composer" onSubmit={send}>
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
        {left < COUNT_BELOW && counterLabel(left)}
      </p>
      <button type="submit" aria-label="Send" aria-disabled={!sendable}>
        <SendIcon />
      </button>
    </form>
  );
}

/** Makes a field as high as its text. */
function useAutoHeight(field: RefObject<HTMLTextAreaElement | null>, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text.
  useLayoutEffect(() => {
    if (!field.current) return;
    field.current.style.height = 'auto';
    field.current.style.height = `${field.current.scrollHeight}px`;
  }, [text]);
}

function counterLabel(left: number): string {
  const count = Math.abs(left);
  return `${count} character${count === 1 ? '' : 's'} ${left < 0 ? 'over the limit' : 'left'}`;
}
