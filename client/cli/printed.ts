import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';

/** A text that was printed above the line. */
export interface Printed {
  /** Whether all of it is still in the window. */
  readonly visible: boolean;
  /** Shows another text in its place. Returns false, and does nothing, unless it is visible. */
  replace(text: string): boolean;
}

/** A printed text as rows, and how many rows of the window it takes. */
interface Entry {
  rows: readonly string[];
  height: number;
}

/** The texts that are still in the window, so that one of them can be replaced. */
export interface PrintedTexts {
  add(rows: readonly string[], columns: number): Entry;
  /** How many rows of the window a text and those below it take; undefined if it has left. */
  heightFrom(entry: Entry): number | undefined;
  /** Changes a text. Returns its rows and those below it. */
  change(entry: Entry, rows: readonly string[], columns: number): readonly string[];
  /** Forgets the texts that do not fit into this many rows: they have left the window. */
  keep(height: number): void;
}

export function newPrintedTexts(): PrintedTexts {
  let entries: Entry[] = [];

  const total = (some: readonly Entry[]): number =>
    some.reduce((sum, { height }) => sum + height, 0);

  return {
    add(rows, columns) {
      const entry = { rows, height: heightOf(rows, columns) };
      entries.push(entry);
      return entry;
    },
    heightFrom(entry) {
      const index = entries.indexOf(entry);
      return index < 0 ? undefined : total(entries.slice(index));
    },
    change(entry, rows, columns) {
      entry.rows = rows;
      entry.height = heightOf(rows, columns);
      return entries.slice(entries.indexOf(entry)).flatMap((each) => each.rows);
    },
    keep(height) {
      const first = entries.findIndex((_, index) => total(entries.slice(index)) <= height);
      entries = first < 0 ? [] : entries.slice(first);
    },
  };
}

/**
 * How many rows of the window the rows of a text take: a long word takes several. Infinity where
 * terminals differ, since they disagree on the width of some characters.
 */
function heightOf(rows: readonly string[], columns: number): number {
  return rows.reduce((sum, row) => {
    const plain = stripVTControlCharacters(row);
    if (/^[\x20-\x7e]*$/.test(plain)) return sum + Math.max(1, Math.ceil(plain.length / columns));
    const widest = [...plain].reduce((width, char) => width + stringWidth(char), 0);
    return sum + (widest <= columns ? 1 : Number.POSITIVE_INFINITY);
  }, 0);
}
