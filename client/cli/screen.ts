import { type Layout, wrap } from './layout.ts';
import { newPrintedTexts, type Printed } from './printed.ts';

/** A terminal, or something like it. */
export type TerminalOutput = NodeJS.WritableStream & {
  readonly columns?: number;
  readonly rows?: number;
};

/** The text of a window, with a line at its bottom that is being edited. */
export interface Screen {
  readonly columns: number;
  /** Prints a text above the line. */
  print(text: string): Printed;
  /** Draws the line again after a change. */
  draw(): void;
  /** Draws the line once for all changes that are made together. */
  drawSoon(): void;
  /** Removes the line. */
  erase(): void;
  /** Leaves the line where it is, without the status. The next one is drawn below. */
  leaveLine(): Printed;
  /** Clears the window. */
  clear(): void;
  /** Starts to draw the line, in a window in which others may have written. */
  open(): void;
  /** Stops drawing the line. What is printed later is written as it is. */
  close(): void;
}

const ERASE_BELOW = '\x1b[J';
const up = (rows: number): string => (rows > 0 ? `\x1b[${rows}A` : '');
const right = (columns: number): string => (columns > 0 ? `\x1b[${columns}C` : '');
const lines = (rows: readonly string[]): string => rows.map((row) => `${row}\n`).join('');

/** Lays out the line at the bottom, by default with the status above it. */
export type LayOutLine = (withStatus?: boolean) => Layout;

/** A screen that is yet to be opened. */
export function newScreen(output: TerminalOutput, line: LayOutLine): Screen {
  const size = {
    get columns() {
      return output.columns || 80;
    },
    get rows() {
      return output.rows || 24;
    },
  };
  const drawing = newDrawing(size, line);
  const printed = newPrintedTexts();
  let open = false;
  let drawsSoon = false;

  /** Writes a text in place of the line, which is drawn below it if it is still edited. */
  function writeAboveLine(text: string, drawn = open): void {
    const erased = drawing.erased();
    output.write(erased + text + (drawn ? drawing.drawn() : ''));
    // Without a line the cursor still has a row.
    printed.keep(size.rows - Math.max(1, drawing.height));
  }

  function print(rows: readonly string[], drawn?: boolean): Printed {
    const entry = printed.add(rows, size.columns);
    if (open) writeAboveLine(lines(rows), drawn);
    else output.write(lines(rows));
    return {
      get visible() {
        return open && printed.heightFrom(entry) !== undefined;
      },
      replace(text) {
        const height = printed.heightFrom(entry);
        if (!open || height === undefined) return false;
        const below = printed.change(entry, wrap(text, size.columns), size.columns);
        writeAboveLine(`${up(height)}\r${ERASE_BELOW}${lines(below)}`);
        return true;
      },
    };
  }

  function draw(): void {
    if (open) writeAboveLine('');
  }

  function resized(): void {
    printed.keep(0);
    drawing.resized();
    draw();
  }

  return {
    get columns() {
      return size.columns;
    },
    print: (text) => print(open ? wrap(text, size.columns) : [text]),
    draw,
    drawSoon() {
      if (drawsSoon) return;
      drawsSoon = true;
      queueMicrotask(() => {
        drawsSoon = false;
        draw();
      });
    },
    erase: () => writeAboveLine('', false),
    leaveLine: () => print(line(false).rows, false),
    clear() {
      printed.keep(0);
      output.write(`\x1b[H${drawing.erased()}`);
      draw();
    },
    open() {
      if (!open) output.on('resize', resized);
      open = true;
      printed.keep(0);
      draw();
    },
    close() {
      open = false;
      output.off('resize', resized);
    },
  };
}

/** The line as it was last drawn. */
function newDrawing(size: { readonly rows: number }, line: LayOutLine) {
  /** The rows above the cursor. */
  let above = 0;
  let height = 0;
  return {
    /** How many rows of the window the line takes. */
    get height() {
      return height;
    },
    /** The line, and the cursor moved to its place. */
    drawn(): string {
      const { rows, row, column } = line();
      // Of a line higher than the window, the rows around the cursor.
      const top = Math.max(0, row - size.rows + 2);
      const visible = rows.slice(top, top + size.rows - 1);
      above = row - top;
      height = visible.length;
      return `${visible.join('\n')}${up(height - 1 - above)}\r${right(column)}`;
    },
    /** Removes the line. */
    erased(): string {
      const rows = above;
      above = 0;
      height = 0;
      return `${up(rows)}\r${ERASE_BELOW}`;
    },
    /**
     * A terminal may rewrap what it shows, or not. Drawing from too far up would erase messages, so
     * the lower row counts, which may leave a piece of the line.
     */
    resized(): void {
      above = Math.min(above, line().row);
    },
  };
}
