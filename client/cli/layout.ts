import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { escapeControls } from './escape.ts';
import { charactersOf, type Line } from './line.ts';

/** The rows that a line takes in the window, and the place of the cursor among them. */
export interface Layout {
  readonly rows: readonly string[];
  readonly row: number;
  readonly column: number;
}

const TAB = '    ';
/** A window with fewer columns has no room for indentation. */
const NARROW = 40;

/**
 * Lays out a label and the line after it. A word is broken only if it is longer than a row. A space
 * that has no room at the edge is not shown.
 */
export function layOut(label: string, { text, cursor }: Line, columns: number): Layout {
  const before = piecesOf(label + text.slice(0, cursor));
  const pieces = [...before, ...piecesOf(text.slice(cursor))];
  const rows = [''];
  let column = 0;
  let place = { row: 0, column: 0 };

  function next(): void {
    rows.push('');
    column = 0;
  }

  function placeCursor(): void {
    // A cursor beyond the edge is on the next row.
    if (column >= columns) next();
    place = { row: rows.length - 1, column };
  }

  function add({ shown, width }: Piece): void {
    rows.push(`${rows.pop()}${shown}`);
    column += width;
  }

  for (const [index, piece] of pieces.entries()) {
    const isFull = column + piece.width > columns;
    const word = isBlank(pieces[index - 1]) && !isBlank(piece) ? wordWidth(pieces, index) : 0;
    if (isFull || (column > 0 && word <= columns && column + word > columns)) next();
    if (index === before.length) placeCursor();
    if (piece.shown === '\n') next();
    else if (!(isFull && piece.shown === ' ')) add(piece);
  }
  if (before.length === pieces.length) placeCursor();
  return { rows, ...place };
}

/** A character as it is shown. A newline has no width. */
interface Piece {
  readonly shown: string;
  readonly width: number;
}

const piecesOf = (text: string): Piece[] =>
  charactersOf(text).map((character) => {
    const shown = character === '\t' ? TAB : escapeControls(character);
    return { shown, width: character === '\n' ? 0 : stringWidth(shown) };
  });

const isBlank = (piece: Piece | undefined): boolean =>
  piece === undefined || piece.shown.trim() === '';

/** The width of the word that starts at an index. */
function wordWidth(pieces: readonly Piece[], start: number): number {
  let width = 0;
  for (let index = start; !isBlank(pieces[index]); index += 1) width += pieces[index]?.width ?? 0;
  return width;
}

/**
 * Wraps a text between words; what does not fit continues below, indented. A longer word, such as
 * an address, is left to the terminal, which then still knows it as one.
 */
export function wrap(text: string, columns: number): string[] {
  const indent = columns < NARROW ? '' : TAB;
  return text.split('\n').flatMap((line) => {
    if (line.length <= columns && stringWidth(line) <= columns) return [line];
    const [first = '', ...rest] = wrapped(line, columns);
    if (rest.length === 0) return [first];
    const more = wrapped(rest.join('').trimStart(), columns - indent.length);
    // The blank at which a line is broken stays at the end of a row or goes.
    return [first, ...more.map((part) => indent + part.replace(/^ /, ''))];
  });
}

const wrapped = (text: string, columns: number): string[] =>
  wrapAnsi(text.replaceAll('\t', TAB), Math.max(columns, 1), { trim: false }).split('\n');
