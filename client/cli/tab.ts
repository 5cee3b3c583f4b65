import { insert, type Line, removeTo } from './line.ts';

/** Completes the text before the cursor: the candidates, and the part of it they replace. */
export type Complete = (text: string) => Promise<[candidates: string[], part: string]>;

/** Puts into a line what all candidates begin with; undefined if that adds nothing. */
export function completed(
  line: Line,
  candidates: readonly string[],
  part: string,
): Line | undefined {
  const beginning = commonBeginning(candidates);
  if (candidates.length !== 1 && beginning.length <= part.length) return undefined;
  return insert(removeTo(line, ({ cursor }) => cursor - part.length).line, beginning);
}

function commonBeginning([first = '', ...others]: readonly string[]): string {
  let { length } = first;
  for (const word of others) while (!word.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, length);
}

/** Words side by side, in as many columns as fit. */
export function inColumns(words: readonly string[], columns: number): string {
  const width = Math.max(...words.map((word) => word.length)) + 2;
  const perRow = Math.max(1, Math.floor(columns / width));
  const rows = Array.from({ length: Math.ceil(words.length / perRow) }, (_, row) =>
    words.slice(row * perRow, (row + 1) * perRow),
  );
  return rows
    .map((row) =>
      row
        .map((word) => word.trimEnd().padEnd(width))
        .join('')
        .trimEnd(),
    )
    .join('\n');
}
