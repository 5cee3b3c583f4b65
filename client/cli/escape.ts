/** Control characters except newline and tab, line separators, and bidirectional overrides. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these must not reach a terminal.
const HARMFUL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

const hex = (char: string): string => char.charCodeAt(0).toString(16).padStart(4, '0');

/** Makes characters visible that the terminal would obey instead of showing. */
export const escapeControls = (text: string): string =>
  text.replace(HARMFUL, (char) => `<U+${hex(char).toUpperCase()}>`);

/** An object as a line of JSON that no terminal obeys. */
export const jsonLine = (content: object): string =>
  JSON.stringify(content).replace(HARMFUL, (char) => `\\u${hex(char)}`);
