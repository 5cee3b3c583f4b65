import { PassThrough, Writable } from 'node:stream';
import xterm from '@xterm/headless';
import { newSignal, until } from './wait.ts';

/** The text in a terminal's window and its scrollback. */
export interface ScreenReader {
  /** All lines, without trailing white space. */
  lines(): Promise<string[]>;
  /** Resolves with the lines once one contains this text, or they fulfil this condition. */
  shows(what: string | ((lines: string[]) => boolean)): Promise<string[]>;
}

/** A terminal emulator whose keys a test types. It draws output as a real terminal does. */
export interface Terminal extends ScreenReader {
  readonly input: PassThrough & { isTTY: true };
  readonly output: Writable & { isTTY: true; columns: number; rows: number };
  /** Types a text key by key. */
  type(text: string): void;
  /** Pastes a text at once, in a terminal that does not mark what is pasted. */
  paste(text: string): void;
  /** Pastes a text between marks, as terminals do for programs that ask for it. */
  pasteMarked(text: string): void;
  /** Calls a function with all further output. */
  onWrite(listener: (text: string) => void): void;
  /** Changes the width of the window once all output so far is drawn. */
  resize(columns: number): Promise<void>;
}

export const KEYS = {
  enter: '\r',
  tab: '\t',
  left: '\x1b[D',
  up: '\x1b[A',
  ctrlC: '\x03',
  ctrlD: '\x04',
  ctrlZ: '\x1a',
  altEnter: '\x1b\r',
};

/** A terminal's window without a keyboard. */
export function newScreen({ columns = 80, rows = 30 } = {}) {
  // A tty turns a line feed into carriage return and line feed.
  const screen = new xterm.Terminal({
    cols: columns,
    rows,
    convertEol: true,
    allowProposedApi: true,
  });
  const drawn = newSignal();
  const allDrawn = () => new Promise<void>((resolve) => screen.write('', resolve));

  function read(): string[] {
    const { active } = screen.buffer;
    const rows = Array.from(
      { length: active.length },
      (_, row) => active.getLine(row)?.translateToString() ?? '',
    );
    const lines = rows.map((line) => line.trimEnd());
    return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
  }

  return {
    write: (data: string | Uint8Array) => screen.write(data, () => drawn.notify()),
    async resize(to: number) {
      await allDrawn();
      screen.resize(to, rows);
    },
    async lines() {
      await allDrawn();
      return read();
    },
    async shows(what: string | ((lines: string[]) => boolean)) {
      const holds =
        typeof what === 'string'
          ? (all: string[]) => all.some((line) => line.includes(what))
          : what;
      await until(drawn, () => holds(read()));
      return read();
    },
  };
}

export function newTerminal({ columns = 80, rows = 30 } = {}): Terminal {
  const screen = newScreen({ columns, rows });
  const input = Object.assign(new PassThrough(), { isTTY: true as const });
  const listeners: ((text: string) => void)[] = [];
  const screenWriter = new Writable({
    write(chunk, _encoding, done) {
      screen.write(chunk);
      for (const listener of listeners) listener(String(chunk));
      done();
    },
  });
  const output = Object.assign(screenWriter, { isTTY: true as const, columns, rows });
  return {
    ...screen,
    input,
    output,
    // Emitted, not written: a buffered key would arrive after what the program does next.
    type(text) {
      for (const key of text.startsWith('\x1b') ? [text] : text) input.emit('data', key);
    },
    paste: (text) => void input.emit('data', text),
    pasteMarked: (text) =>
      void input.emit('data', `\x1b[200~${text.replaceAll('\n', '\r')}\x1b[201~`),
    onWrite: (listener) => void listeners.push(listener),
    async resize(to) {
      await screen.resize(to);
      output.columns = to;
      output.emit('resize');
    },
  };
}
