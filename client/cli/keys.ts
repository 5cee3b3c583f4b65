import {
  end,
  insert,
  type Line,
  left,
  type Movement,
  removeTo,
  right,
  start,
  wordLeft,
  wordRight,
} from './line.ts';

/** A key as Node's readline decodes it. */
export interface Key {
  readonly name?: string;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
}

/** The name of a key with its modifiers: `ctrl+a`, `alt+b`, `left`. */
export const nameOf = ({ name = '', ctrl, meta }: Key): string =>
  `${ctrl ? 'ctrl+' : ''}${meta ? 'alt+' : ''}${name}`;

const MOVES: Record<string, Movement> = {
  left,
  'ctrl+b': left,
  right,
  'ctrl+f': right,
  'ctrl+left': wordLeft,
  'alt+left': wordLeft,
  'alt+b': wordLeft,
  'ctrl+right': wordRight,
  'alt+right': wordRight,
  'alt+f': wordRight,
  home: start,
  'ctrl+a': start,
  end,
  'ctrl+e': end,
};

const REMOVALS: Record<string, Movement> = { backspace: left, delete: right, 'ctrl+d': right };

/** Removals that Ctrl+Y can insert again. */
const CUTS: Record<string, Movement> = {
  'ctrl+w': wordLeft,
  'alt+backspace': wordLeft,
  'alt+d': wordRight,
  'alt+delete': wordRight,
  'ctrl+u': start,
  'ctrl+k': end,
};

/** Edits a line by keys, as Bash and Emacs do. Returns undefined for a key that is no edit. */
export function newEditor(): (line: Line, typed: string | undefined, key: Key) => Line | undefined {
  let cut = '';
  return (line, typed, key) => {
    const name = nameOf(key);
    const move = MOVES[name];
    if (move) return { ...line, cursor: move(line) };
    const removal = REMOVALS[name] ?? CUTS[name];
    if (removal) {
      const { line: left, removed } = removeTo(line, removal);
      if (CUTS[name]) cut = removed;
      return left;
    }
    if (name === 'ctrl+y') return insert(line, cut);
    if (name === 'alt+return' || name === 'alt+enter') return insert(line, '\n');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a control key is no text.
    if (typed === undefined || key.ctrl || key.meta || /^[\0-\x1f\x7f]/.test(typed))
      return undefined;
    return insert(line, typed);
  };
}
