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
  /** What stands before the line; looked up whenever the line is drawn. */
  label(): string;
  complete(line: string): Promise<[string[], string]>;
  /** Whether a line must not be found again among the earlier ones. */
  isSecret(line: string): boolean;
}

/** A line that a person types, while other text appears above it. */
export interface Prompt {
  /** The lines as they are finished; ends with Ctrl+D, or Ctrl+C on an empty line. */
  readonly lines: AsyncIterable<string>;
  /** Resolves at that end, or at ours. */
  readonly closed: Promise<void>;
  /** Shows text above the line, which stays as it is. */
  print(text: string): void;
  /** Asks in place of the line; undefined when the person presses Ctrl+C instead. */
  ask(question: string, hidden?: boolean): Promise<string | undefined>;
  close(): void;
}

/**
 * What readline keeps of where it drew, and gets wrong after a paste and after a change of the
 * window's width; and how it takes a key, where it is wrong about line ends.
 */
interface Drawn extends Interface {
  prevRows?: number;
  /** Takes what was typed or written into the line. */
  _ttyWrite(typed: string | undefined, key?: object): void;
  _insertString(text: string): void;
}

export function openPrompt({ input, output, label, complete, isSecret }: PromptOptions): Prompt {
  let asked:
    | { question: string; hidden: boolean; answer(line: string | undefined): void }
    | undefined;
  let closed = false;

  const veil = muted(output, () => asked?.hidden ?? false);
  // Before readline hears of it. Some terminals wrap the line anew and some do not, and from too
  // far up readline would erase messages: so it draws from the lower of the two places, and may
  // leave a piece of the old line.
  veil.on('resize', () => {
    readline.prevRows = Math.min(readline.prevRows ?? 0, readline.getCursorPos().rows);
  });
  const readline = createInterface({
    input,
    output: veil,
    terminal: true,
    completer: (line: string, done: (error: null, result: [string[], string]) => void) =>
      asked
        ? done(null, [[], line])
        : complete(line).then((result) => closed || done(null, result)),
  }) as Drawn;
  const take = readline._ttyWrite;
  // Since Node 24 readline ends the line at these two as if Enter had been pressed, and the rest
  // would be a command.
  readline._ttyWrite = (typed, key) => {
    if (typed && /[\u2028\u2029]/.test(typed)) readline._insertString(typed);
    else take.call(readline, typed, key);
  };
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

  /** Ends the question, and brings back what was being typed when it came. */
  function answer(line: string | undefined): void {
    const { answer: tell } = asked ?? {};
    if (asked?.hidden) output.write('\n');
    asked = undefined;
    tell?.(line);
  }

  // A pasted line is not redrawn where it wraps.
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

/** Passes on what readline draws, unless what is typed is to stay unseen. */
function muted(output: PromptOptions['output'], hidden: () => boolean): Writable {
  const veil = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      if (!hidden()) output.write(chunk);
      done();
    },
  });
  Object.defineProperty(veil, 'columns', { get: () => output.columns });
  output.on('resize', () => veil.emit('resize'));
  return veil;
}
