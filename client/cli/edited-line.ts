import { type Key, newEditor } from './keys.ts';
import { down, EMPTY, type Line, lineOf, up } from './line.ts';
import { type Complete, completed } from './tab.ts';
import type { TypedHistory } from './typed-history.ts';

export interface EditedLineOptions {
  readonly history: TypedHistory;
  readonly complete: Complete;
  /** Called with the text of the line when a person has changed it. */
  onEdit(text: string): void;
}

/** The line that a person edits by keys, and the lines that were typed before it. */
export interface EditedLine {
  readonly line: Line;
  /** Changes the line, as an edit does. */
  change(to: Line): void;
  /** Edits the line by a key. Another key does nothing. */
  press(typed: string | undefined, key: Key): void;
  /** Moves to another line of a text of several, or else, if allowed, to a line typed before. */
  move(direction: -1 | 1, mayRecall: boolean): void;
  /** Moves to a line typed before, or back. */
  recall(direction: -1 | 1): void;
  /**
   * Completes the text before the cursor. Returns true if that changed the line, and else the
   * candidates. Undefined if the line changed meanwhile.
   */
  complete(): Promise<true | readonly string[] | undefined>;
}

export function newEditedLine({ history, complete, onEdit }: EditedLineOptions): EditedLine {
  let line = EMPTY;
  const edit = newEditor();

  function change(to: Line): void {
    if (to !== line) history.leave();
    const isEdited = to.text !== line.text;
    line = to;
    if (isEdited) onEdit(to.text);
  }

  function recall(direction: -1 | 1): void {
    const text = history.move(direction, line.text);
    if (text !== undefined) line = lineOf(text);
  }

  return {
    get line() {
      return line;
    },
    change,
    press: (typed, key) => change(edit(line, typed, key) ?? line),
    move(direction, mayRecall) {
      const cursor = direction < 0 ? up(line) : down(line);
      if (cursor !== undefined) change({ ...line, cursor });
      else if (mayRecall) recall(direction);
    },
    recall,
    async complete() {
      const before = line;
      const [candidates, part] = await complete(line.text.slice(0, line.cursor));
      if (line !== before) return undefined;
      const more = completed(line, candidates, part);
      if (!more) return candidates;
      change(more);
      return true;
    },
  };
}
