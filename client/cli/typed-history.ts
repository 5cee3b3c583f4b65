/** The lines that were typed, for the keys Up and Down. */
export interface TypedHistory {
  add(line: string): void;
  /**
   * Returns the next older line (-1) or newer one (1) that begins as the line did before the first
   * call. Undefined if there is none.
   */
  move(direction: -1 | 1, line: string): string | undefined;
  /** Call this after an edit: the next `move` begins at the newest line again. */
  leave(): void;
}

export const MOST_LINES = 1_000;

/** A history that starts with the lines of earlier ones. `onAdd` is called with each new line. */
export function newTypedHistory(
  earlier: readonly string[] = [],
  onAdd: (line: string) => void = () => {},
): TypedHistory {
  const lines = [...earlier];
  let at: number | undefined;
  let typed = '';

  return {
    add(line) {
      at = undefined;
      if (line === lines.at(-1)) return;
      lines.push(line);
      onAdd(line);
      if (lines.length > MOST_LINES) lines.shift();
    },
    move(direction, line) {
      if (at === undefined) typed = line;
      let next = (at ?? lines.length) + direction;
      while (lines[next] !== undefined && !(lines[next]?.startsWith(typed) && lines[next] !== line))
        next += direction;
      if (next < 0 || (direction === 1 && at === undefined)) return undefined;
      at = next < lines.length ? next : undefined;
      return lines[next] ?? typed;
    },
    leave() {
      at = undefined;
    },
  };
}
