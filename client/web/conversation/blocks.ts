/** A piece of a message. The pieces add up to the text. */
export interface Block {
  readonly type: 'text' | 'code' | 'fence';
  readonly start: number;
  readonly text: string;
  /** The code itself, without the marks around it. Undefined for text. */
  readonly code?: string;
}

/** Lines between two fences, or a piece of one line between backticks. */
const CODE = /(?<=^|\n)```[^\n`]*\n(?:([\s\S]*?)\n)?```[^\S\n]*(?:\n|$)|(?<!`)`([^`\n]+)`(?!`)/g;

/** Splits a message into its code and what is between. */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let end = 0;
  const addText = (until: number) => {
    if (until > end) blocks.push({ type: 'text', start: end, text: text.slice(end, until) });
  };
  for (const { 0: match, 1: lines, 2: inline, index } of text.matchAll(CODE)) {
    addText(index);
    const code = lines ?? inline ?? '';
    blocks.push({ type: inline === undefined ? 'fence' : 'code', start: index, text: match, code });
    end = index + match.length;
  }
  addText(text.length);
  return blocks;
}

/** Whether a text is one emoji and nothing else. */
export const isEmoji = (text: string): boolean => /^\p{RGI_Emoji}$/v.test(text);
