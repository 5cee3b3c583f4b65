/** A piece of a text: plain, or a web address. */
export interface Part {
  readonly start: number;
  readonly text: string;
  readonly href?: string;
}

/** Other schemes never become links: some of them, such as `javascript:`, run code. */
const ADDRESS = /\bhttps?:\/\/[^\s<>"'`\p{Cc}\p{Cf}]+/giu;
/** Punctuation after an address, which belongs to the sentence around it. */
const TRAILING = /[.,;:!?)\]}*_~]+$/u;

/** Splits a text into its web addresses and what is between them. The parts add up to the text. */
export function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  const addPlain = (until: number) => {
    if (until > end) parts.push({ start: end, text: text.slice(end, until) });
    end = until;
  };
  for (const { 0: match, index } of text.matchAll(ADDRESS)) {
    const address = withoutTrailing(match);
    if (!URL.canParse(address)) continue;
    addPlain(index);
    parts.push({ start: index, text: address, href: new URL(address).href });
    end = index + address.length;
  }
  addPlain(text.length);
  return parts;
}

/**
 * Removes trailing punctuation. Keeps a closing bracket that was opened within the address, as in
 * https://en.wikipedia.org/wiki/Parley_(video_game).
 */
function withoutTrailing(address: string): string {
  const short = address.replace(TRAILING, '');
  return short.includes('(') && !short.includes(')') && address[short.length] === ')'
    ? `${short})`
    : short;
}
