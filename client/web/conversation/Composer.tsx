import {
  type ChangeEvent,
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useId,
  useLayoutEffect,
} from 'react';
import type { Account } from '../state/account.ts';
import type { Chat } from '../state/chat.ts';
import { useStore } from '../state/store.ts';
import { SendIcon } from '../ui/icons.tsx';
import { typedText } from './typed-text.ts';
import './Composer.css';

/** The counter appears when fewer characters than this are left. */
const COUNT_BELOW = 200;
/** The code of a key that an input method has handled. */
const HANDLED_KEY = 229;

/** Without a mouse, a focused field opens an on-screen keyboard over half of the conversation. */
export const hasMouse = (): boolean => matchMedia('(pointer: fine)').matches;

interface ComposerProps {
  readonly chat: Chat;
  readonly to: Account;
  readonly field: RefObject<HTMLTextAreaElement | null>;
}

/**
 * The field for a new message. Enter sends, Shift+Enter starts a new line, and unsent text is kept
 * as a draft.
 */
export function Composer({ chat, to, field }: ComposerProps) {
  const text = useStore(chat.drafts).get(to.id) ?? '';
  const left = useStore(chat.maxTextLength) - [...text].length;
  const sendable = text.trim() !== '' && left >= 0;
  const counter = useId();
  useAutoHeight(field, text);
  useEffect(() => {
    if (hasMouse()) field.current?.focus({ preventScroll: true });
  }, [field]);

  function send(event: { preventDefault(): void }): void {
    event.preventDefault();
    if (!sendable) return;
    chat.outgoing.send({ id: to.id, username: to.username }, text.trim());
    write('');
    field.current?.focus();
  }

  function write(next: string): void {
    chat.drafts.set(to.id, next);
    chat.announceTyping(to, next);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Enter' && !event.shiftKey && !isComposing(event)) send(event);
  }

  return (
    <form className="composer" onSubmit={send}>
      <textarea
        ref={field}
        dir="auto"
        rows={1}
        placeholder="Message"
        aria-label={`Message to ${to.username}`}
        aria-describedby={counter}
        aria-invalid={left < 0}
        enterKeyHint="send"
        value={text}
        onChange={(event) => write(textIn(event))}
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

/**
 * Whether a key belongs to an input method, as for Japanese, where Enter accepts a word. Safari
 * ends the composition before that Enter, which has only its code.
 */
const isComposing = ({ nativeEvent }: KeyboardEvent): boolean =>
  nativeEvent.isComposing || nativeEvent.keyCode === HANDLED_KEY;

/** Returns the text of the field as it can be sent, with the caret where it was. */
function textIn({ target }: ChangeEvent<HTMLTextAreaElement>): string {
  const text = typedText(target.value);
  if (text !== target.value) {
    const caret = typedText(target.value.slice(0, target.selectionStart)).length;
    target.value = text;
    target.setSelectionRange(caret, caret);
  }
  return text;
}

/** Makes a field as high as its text. */
function useAutoHeight(field: RefObject<HTMLTextAreaElement | null>, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text.
  useLayoutEffect(() => {
    if (!field.current) return;
    const { style, offsetHeight, clientHeight } = field.current;
    style.height = 'auto';
    // Without its borders it would scroll.
    style.height = `${field.current.scrollHeight + offsetHeight - clientHeight}px`;
  }, [text]);
}

function counterLabel(left: number): string {
  const count = Math.abs(left);
  return `${count} character${count === 1 ? '' : 's'} ${left < 0 ? 'over the limit' : 'left'}`;
}
