/** A piece of a text: plain, or the address of a web page. */
export interface Part {
  readonly start: number;
  readonly words: string;
  readonly href?: string;
}

/** No other scheme becomes a link: some of them run what they are given. */
const ADDRESS = /\bhttps?:\/\/[^\s<>"'`\p{Cc}\p{Cf}]+/giu;
/**
 * What ends a sentence, or closes a bracket that was opened before the address, is not a part of
 * it.
 */
const TRAILING = /[.,;:!?)\]}*_~]+$/u;

/** Finds the web addresses in a text. All parts together are the text again. */
export function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  const plain = (until: number) => {
    if (until > end) parts.push({ start: end, words: text.slice(end, until) });
    end = until;
  };
  for (const { 0: match, index } of text.matchAll(ADDRESS)) {
    const words = trimmed(match);
    if (!URL.canParse(words)) continue;
    plain(index);
    parts.push({ start: index, words, href: new URL(words).href });
    end = index + words.length;
  }
  plain(text.length);
  return parts;
}

/**
 * Keeps a bracket at the end that was opened within, as in
 * https://en.wikipedia.org/wiki/Parley_(video_game).
 */
function trimmed(address: string): string {
  const short = address.replace(TRAILING, '');
  return short.includes('(') && !short.includes(')') && address[short.length] === ')'
    ? `${short})`
    : short;
}
