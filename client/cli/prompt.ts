import { PassThrough } from 'node:stream';
import { newEditedLine } from './edited-line.ts';
import { openKeyboard, type TerminalInput } from './keyboard.ts';
import { type Key, nameOf } from './keys.ts';
import { layOut } from './layout.ts';
import { EMPTY, insert, type Line, lineOf } from './line.ts';
import type { Printed } from './printed.ts';
import { newScreen, type Screen, type TerminalOutput } from './screen.ts';
import { type Complete, inColumns } from './tab.ts';
import type { TypedHistory } from './typed-history.ts';

export interface PromptOptions {
  readonly input: TerminalInput;
  readonly output: TerminalOutput;
  /** The text before the line; read whenever the line is drawn. */
  label(): string;
  /** A text above the line, or an empty one; read likewise. */
  status?(): string;
  /** Called with the text of the line when a person has changed it. */
  onEdit?(text: string): void;
  readonly complete: Complete;
  readonly history: TypedHistory;
  /** Whether a line must not enter the history. */
  isSecret(line: string): boolean;
}

/** A line that was entered, and what the screen shows of it. */
export interface EnteredLine {
  readonly text: string;
  readonly printed: Printed;
}

/** A line that a person edits while other text appears above it. */
export interface Prompt extends Pick<Screen, 'print' | 'draw'> {
  /** The entered lines; ends at Ctrl+D, or at Ctrl+C on an empty line. */
  readonly lines: AsyncIterable<EnteredLine>;
  /** Resolves when the prompt is closed by the person or by `close`. */
  readonly closed: Promise<void>;
  /** Asks a question in place of the line; undefined when the person presses Ctrl+C. */
  ask(question: string, hidden?: boolean): Promise<string | undefined>;
  close(): void;
}

/** A question, and the line that it interrupts. */
interface Question {
  readonly text: string;
  readonly hidden: boolean;
  readonly interrupted: Line;
  answer(line: string | undefined): void;
}

export function openPrompt(options: PromptOptions): Prompt {
  const { input, output, label, history, isSecret } = options;
  let question: Question | undefined;
  let closed = false;
  let previousKey = '';

  const edited = newEditedLine({
    ...options,
    onEdit: (text) => question ?? options.onEdit?.(text),
  });
  const finished = new PassThrough({ objectMode: true });
  const end = Promise.withResolvers<void>();
  const screen = newScreen(output, (withStatus = true) => {
    const status = withStatus && !question ? options.status?.() : undefined;
    const before = question?.text ?? `${status ? `${status}\n` : ''}${label()}`;
    return layOut(before, question?.hidden ? EMPTY : edited.line, screen.columns);
  });
  const keyboard = openKeyboard({
    input,
    output,
    onKey,
    onPaste(text) {
      edited.change(insert(edited.line, question ? text.replaceAll('\n', ' ') : text));
      screen.drawSoon();
    },
    onEnd: close,
    onContinue: screen.open,
  });
  screen.open();

  const ACTIONS: Record<string, () => void> = {
    return: enter,
    enter: () => previousKey === 'return' || enter(),
    tab: () => void complete(previousKey === 'tab'),
    up: () => edited.move(-1, !question),
    'ctrl+p': () => question ?? edited.recall(-1),
    down: () => edited.move(1, !question),
    'ctrl+n': () => question ?? edited.recall(1),
    'ctrl+c': interrupt,
    'ctrl+l': screen.clear,
    // Windows has no jobs to stop and continue.
    ...(process.platform === 'win32' ? {} : { 'ctrl+z': suspend }),
  };

  function onKey(typed: string | undefined, key: Key): void {
    const name = nameOf(key);
    const action = ACTIONS[name];
    if (name === 'ctrl+d' && edited.line.text === '') close();
    else if (action) action();
    else edited.press(typed, key);
    previousKey = name;
    screen.drawSoon();
  }

  function enter(): void {
    const { text } = edited.line;
    const printed = leaveLine();
    if (question) {
      answer(text);
    } else {
      if (text.trim() !== '' && !isSecret(text)) history.add(text);
      edited.change(EMPTY);
      finished.write({ text, printed } satisfies EnteredLine);
    }
  }

  function leaveLine(): Printed {
    edited.change(lineOf(edited.line.text));
    return screen.leaveLine();
  }

  /** Cancels the question; else clears the line; else ends the prompt. */
  function interrupt(): void {
    if (question) {
      leaveLine();
      answer(undefined);
    } else if (edited.line.text === '') {
      close();
    } else {
      edited.change(EMPTY);
    }
  }

  function answer(text: string | undefined): void {
    const { interrupted = EMPTY, answer } = question ?? {};
    edited.change(interrupted);
    question = undefined;
    answer?.(text);
  }

  async function complete(again: boolean): Promise<void> {
    if (question) return;
    const result = await edited.complete();
    if (closed || result === undefined) return;
    if (result === true) {
      screen.draw();
    } else if (again && result.length > 1) {
      screen.leaveLine();
      screen.print(inColumns(result, screen.columns));
    }
  }

  function suspend(): void {
    leaveLine();
    screen.close();
    keyboard.suspend();
  }

  function close(): void {
    if (closed) return;
    closed = true;
    screen.erase();
    screen.close();
    keyboard.close();
    question?.answer(undefined);
    finished.end();
    end.resolve();
  }

  return {
    lines: finished,
    closed: end.promise,
    print: screen.print,
    draw: screen.draw,
    ask: (text, hidden = false) =>
      new Promise((resolve) => {
        if (closed) return resolve(undefined);
        question = { text, hidden, interrupted: edited.line, answer: resolve };
        edited.change(EMPTY);
        screen.draw();
      }),
    close,
  };
}
