import {
  clearScreenDown,
  createInterface,
  cursorTo,
  type Interface,
  moveCursor,
} from 'node:readline';
import { PassThrough, Writable } from 'node:stream';

export interface PromptOptions {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream & { readonly columns?: number };
  /** The text before the line; read whenever the line is drawn. */
  label(): string;
  complete(line: string): Promise<[string[], string]>;
  /** Whether a line must not enter the history. */
  isSecret(line: string): boolean;
}

/** A line that a person edits while other text appears above it. */
export interface Prompt {
  /** The entered lines; ends at Ctrl+D, or at Ctrl+C on an empty line. */
  readonly lines: AsyncIterable<string>;
  /** Resolves when the prompt is closed by the person or by `close`. */
  readonly closed: Promise<void>;
  /** Prints text above the line. */
  print(text: string): void;
  /** Asks a question in place of the line; undefined when the person presses Ctrl+C. */
  ask(question: string, hidden?: boolean): Promise<string | undefined>;
  close(): void;
}

/**
 * The internals of readline that are corrected here: it loses track of the rows it drew after a
 * paste and after a change of the window's width, and it misreads some line ends.
 */
interface ReadlineInternals extends Interface {
  prevRows?: number;
  /** Handles a key. */
  _ttyWrite(typed: string | undefined, key?: object): void;
  _insertString(text: string): void;
}

export function openPrompt({ input, output, label, complete, isSecret }: PromptOptions): Prompt {
  let asked:
    | { question: string; hidden: boolean; answer(line: string | undefined): void }
    | undefined;
  let closed = false;

  const screen = muted(output, () => asked?.hidden ?? false);
  const readline = openReadline(input, screen, async (line) => {
    const result: [string[], string] = asked ? [[], line] : await complete(line);
    return closed ? undefined : result;
  });
  const finished = new PassThrough({ objectMode: true });
  const end = Promise.withResolvers<void>();

  function erase(): void {
    const { rows } = asked?.hidden ? { rows: 0 } : readline.getCursorPos();
    moveCursor(output, 0, -rows);
    cursorTo(output, 0);
    clearScreenDown(output);
  }

  function draw(): void {
    readline.prevRows = 0;
    readline.setPrompt(asked?.question ?? label());
    if (asked?.hidden) output.write(asked.question);
    readline.prompt(true);
  }

  function clearLine(): void {
    readline.write(null, { ctrl: true, name: 'e' });
    readline.write(null, { ctrl: true, name: 'u' });
  }

  /** Ends the question. */
  function answer(line: string | undefined): void {
    const { answer: tell } = asked ?? {};
    if (asked?.hidden) output.write('\n');
    asked = undefined;
    tell?.(line);
  }

  // Readline does not redraw a pasted line that wraps.
  input.on('keypress', () => {
    if (!closed && readline.getCursorPos().rows !== (readline.prevRows ?? 0)) readline.prompt(true);
  });
  readline.on('history', (history) => {
    if (asked || isSecret(history[0] ?? '')) history.shift();
  });
  readline.on('line', (line) => {
    if (asked) answer(line);
    else finished.write(line);
    draw();
  });
  readline.on('SIGINT', () => {
    if (!asked && readline.line === '') return readline.close();
    clearLine();
    if (!asked) return;
    if (!asked.hidden) output.write('\n');
    answer(undefined);
    draw();
  });
  readline.on('close', () => {
    closed = true;
    erase();
    asked?.answer(undefined);
    finished.end();
    end.resolve();
  });
  draw();

  return {
    lines: finished,
    closed: end.promise,
    print(text) {
      if (closed) return void output.write(`${text}\n`);
      erase();
      output.write(`${text}\n`);
      draw();
    },
    async ask(question, hidden = false) {
      if (closed) return undefined;
      const typed = readline.line;
      clearLine();
      erase();
      const answered = await new Promise<string | undefined>((resolve) => {
        asked = { question, hidden, answer: resolve };
        draw();
      });
      if (!closed) readline.write(typed);
      return answered;
    },
    close: () => readline.close(),
  };
}

/** Opens readline with its faults corrected. Tab does nothing if `complete` returns undefined. */
function openReadline(
  input: NodeJS.ReadableStream,
  screen: Writable,
  complete: (line: string) => Promise<[string[], string] | undefined>,
): ReadlineInternals {
  // Runs before readline's own handler. Some terminals rewrap the line and some do not; drawing
  // from too far up would erase messages, so draw from the lower row, which may leave a piece of
  // the old line.
  screen.on('resize', () => {
    readline.prevRows = Math.min(readline.prevRows ?? 0, readline.getCursorPos().rows);
  });
  const readline = createInterface({
    input,
    output: screen,
    terminal: true,
    completer: (line: string, done: (error: null, result: [string[], string]) => void) =>
      complete(line).then((result) => result && done(null, result)),
  }) as ReadlineInternals;
  const handleKey = readline._ttyWrite;
  // Since Node 24 readline takes these two for Enter, and the rest would run as a command.
  readline._ttyWrite = (typed, key) => {
    if (typed && /[\u2028\u2029]/.test(typed)) readline._insertString(typed);
    else handleKey.call(readline, typed, key);
  };
  return readline;
}

/** Forwards what readline draws, except while an answer is hidden. */
function muted(output: PromptOptions['output'], hidden: () => boolean): Writable {
  const mutable = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      if (!hidden()) output.write(chunk);
      done();
    },
  });
  Object.defineProperty(mutable, 'columns', { get: () => output.columns });
  output.on('resize', () => mutable.emit('resize'));
  return mutable;
}
