/** A line being edited, which may hold newlines, and the cursor in it. */
export interface Line {
  readonly text: string;
  /** An index into the text, never within a character. */
  readonly cursor: number;
}

export const EMPTY: Line = { text: '', cursor: 0 };

/** A line with the cursor at its end. */
export const lineOf = (text: string): Line => ({ text, cursor: text.length });

/** Inserts a text at the cursor. */
export const insert = ({ text, cursor }: Line, added: string): Line => ({
  text: text.slice(0, cursor) + added + text.slice(cursor),
  cursor: cursor + added.length,
});

/** Finds where a movement of the cursor ends. */
export type Movement = (line: Line) => number;

/** Removes what lies between the cursor and the end of a movement. */
export function removeTo(line: Line, movement: Movement): { line: Line; removed: string } {
  const to = movement(line);
  const [from, end] = [Math.min(to, line.cursor), Math.max(to, line.cursor)];
  return {
    line: { text: line.text.slice(0, from) + line.text.slice(end), cursor: from },
    removed: line.text.slice(from, end),
  };
}

const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The characters of a text, as a person counts them. */
export const charactersOf = (text: string): string[] =>
  // A character of plain ASCII is never part of a longer one, and segmenting is slow.
  /^[\x20-\x7e]*$/.test(text)
    ? [...text]
    : Array.from(characters.segment(text), ({ segment }) => segment);

export const left: Movement = ({ text, cursor }) =>
  cursor - (charactersOf(text.slice(0, cursor)).at(-1)?.length ?? 0);

export const right: Movement = ({ text, cursor }) =>
  cursor + (charactersOf(text.slice(cursor))[0]?.length ?? 0);

export const wordLeft: Movement = ({ text, cursor }) => text.slice(0, cursor).search(/\S*\s*$/);

export const wordRight: Movement = ({ text, cursor }) =>
  cursor + (/^\s*\S*/.exec(text.slice(cursor))?.[0].length ?? 0);

/** The start of the line of the text that the cursor is in. */
export const start: Movement = ({ text, cursor }) => text.lastIndexOf('\n', cursor - 1) + 1;

export const end: Movement = ({ text, cursor }) => {
  const newline = text.indexOf('\n', cursor);
  return newline < 0 ? text.length : newline;
};

/** The same column in the line of the text above; undefined in the first one. */
export function up(line: Line): number | undefined {
  const here = start(line);
  if (here === 0) return undefined;
  const above = start({ ...line, cursor: here - 1 });
  return Math.min(above + line.cursor - here, here - 1);
}

/** The same column in the line of the text below; undefined in the last one. */
export function down(line: Line): number | undefined {
  const below = end(line) + 1;
  if (below > line.text.length) return undefined;
  return Math.min(below + line.cursor - start(line), end({ ...line, cursor: below }));
}
