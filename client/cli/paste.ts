import type { Key } from './keys.ts';

/** Asks the terminal to mark what is pasted, so that a newline in it is not taken for Enter. */
export const MARK_PASTES = '\x1b[?2004h';
export const DO_NOT_MARK_PASTES = '\x1b[?2004l';

/** Control characters, some of which a terminal would obey. Newlines and tabs are text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they must not get into a text.
const CONTROLS = /[\0-\x08\x0b-\x1f\x7f]/g;

/**
 * Collects the keys between the terminal's marks. Returns the pasted text at its end, true for a
 * key within it, and false for any other key.
 */
export function newPaste(): (typed: string | undefined, key: Key) => string | boolean {
  let pasted: string | undefined;
  return (typed, { name }) => {
    if (name === 'paste-start') {
      pasted = '';
    } else if (pasted === undefined) {
      return false;
    } else if (name === 'paste-end') {
      const text = pasted.replace(/\r\n?/g, '\n').replace(CONTROLS, '');
      pasted = undefined;
      // Copying a whole line takes its end along.
      return text.replace(/\n+$/, '');
    } else {
      pasted += typed ?? '';
    }
    return true;
  };
}
