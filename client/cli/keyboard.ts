import { emitKeypressEvents } from 'node:readline';
import type { Key } from './keys.ts';
import { DO_NOT_MARK_PASTES, MARK_PASTES, newPaste } from './paste.ts';

export type TerminalInput = NodeJS.ReadableStream & { setRawMode?(raw: boolean): unknown };

export interface KeyboardOptions {
  readonly input: TerminalInput;
  readonly output: NodeJS.WritableStream;
  onKey(typed: string | undefined, key: Key): void;
  onPaste(text: string): void;
  /** Called when the input ends, as it does when the terminal is closed. */
  onEnd(): void;
  /** Called when the shell continues this process after a stop. */
  onContinue(): void;
}

/** The keys of a terminal, one by one and without echo. */
export interface Keyboard {
  /** Gives the terminal back to the shell, until the shell continues this process. */
  suspend(): void;
  close(): void;
}

export function openKeyboard(options: KeyboardOptions): Keyboard {
  const { input, output, onKey, onPaste, onEnd, onContinue } = options;
  const paste = newPaste();

  function take(): void {
    input.setRawMode?.(true);
    output.write(MARK_PASTES);
  }

  function giveBack(): void {
    output.write(DO_NOT_MARK_PASTES);
    input.setRawMode?.(false);
  }

  function onKeypress(typed: string | undefined, key: Key): void {
    const pasted = paste(typed, key);
    if (typeof pasted === 'string') onPaste(pasted);
    else if (!pasted) onKey(typed, key);
  }

  function continued(): void {
    take();
    onContinue();
  }

  emitKeypressEvents(input);
  input.on('keypress', onKeypress).on('end', onEnd).resume();
  process.on('SIGCONT', continued);
  // A signal ends the process without a close.
  process.once('exit', giveBack);
  take();

  return {
    suspend() {
      giveBack();
      // 0 is the process group: all that this process was started through, such as npm. Were this
      // process stopped alone, the shell would wait for them.
      process.kill(0, 'SIGTSTP');
    },
    close() {
      process.off('SIGCONT', continued).off('exit', giveBack);
      input.off('keypress', onKeypress).off('end', onEnd).pause();
      giveBack();
    },
  };
}
