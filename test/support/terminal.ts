import { PassThrough, Writable } from 'node:stream';
import xterm from '@xterm/headless';
import { newSignal, until } from './wait.ts';

/** A terminal emulator whose keys a test types. It draws output as a real terminal does. */
export interface Terminal {
  readonly input: PassThrough & { isTTY: true };
  readonly output: Writable & { isTTY: true; columns: number };
  /** Types a text key by key. */
  type(text: string): void;
  /** Pastes a text at once. */
  paste(text: string): void;
  /** Changes the width of the window once all output so far is drawn. */
  resize(columns: number): Promise<void>;
  /** All lines on the screen and in the scrollback, without trailing white space. */
  lines(): Promise<string[]>;
  /** Resolves with the lines once one contains this text, or they fulfil this condition. */
  shows(what: string | ((lines: string[]) => boolean)): Promise<string[]>;
}

export const KEYS = {
  enter: '\r',
  tab: '\t',
  left: '\x1b[D',
  up: '\x1b[A',
  ctrlC: '\x03',
  ctrlD: '\x04',
};

export function newTerminal({ columns = 80, rows = 30 } = {}): Terminal {
  // A tty turns a line feed into carriage return and line feed.
  const screen = new xterm.Terminal({
    cols: columns,
    rows,
    convertEol: true,
    allowProposedApi: true,
  });
  const drawn = newSignal();
  const input = Object.assign(new PassThrough(), { isTTY: true as const });
  const screenWriter = new Writable({
    write(chunk, _encoding, done) {
      screen.write(chunk, () => drawn.notify());
      done();
    },
  });
  const output = Object.assign(screenWriter, { isTTY: true as const, columns });
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
    input,
    output,
    // Emitted, not written: a buffered key would arrive after what the program does next.
    type(text) {
      for (const key of text.startsWith('\x1b') ? [text] : text) input.emit('data', key);
    },
    paste: (text) => void input.emit('data', text),
    async resize(to) {
      await allDrawn();
      screen.resize(to, rows);
      output.columns = to;
      output.emit('resize');
    },
    async lines() {
      await allDrawn();
      return read();
    },
    async shows(what) {
      const holds =
        typeof what === 'string'
          ? (all: string[]) => all.some((line) => line.includes(what))
          : what;
      await until(drawn, () => holds(read()));
      return read();
    },
  };
}
