import { LinkifyIt } from 'linkify-it';

/** A piece of a text: plain, or a web address. */
export interface Part {
  readonly start: number;
  readonly text: string;
  readonly href?: string;
}

/**
 * The start of an address. Other schemes never become links: some of them, such as `javascript:`,
 * run code. It may follow a letter other than a to z, since Chinese and Japanese have no spaces.
 */
const START = /(?<![a-z\d])https?:(?=\/\/)/gi;
/** White space, and the invisible characters that can make one address look like another. */
const OUTSIDE = /[\s\p{Cc}\p{Cf}]/u;

/** Knows which brackets, quotes and full stops belong to an address. */
const addresses = new LinkifyIt();

/** Splits a text into its web addresses and what is between them. The parts add up to the text. */
export function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  const addPlain = (until: number) => {
    if (until > end) parts.push({ start: end, text: text.slice(end, until) });
    end = until;
  };
  for (const { 0: scheme, index } of text.matchAll(START)) {
    if (index < end) continue;
    const address = addressAt(text, index, scheme);
    if (!address || !URL.canParse(address)) continue;
    addPlain(index);
    parts.push({ start: index, text: address, href: new URL(address).href });
    end = index + address.length;
  }
  addPlain(text.length);
  return parts;
}

function addressAt(text: string, index: number, scheme: string): string {
  const [word = ''] = text.slice(index).split(OUTSIDE, 1);
  const length = addresses.testSchemaAt(word, scheme, scheme.length);
  return length === 0 ? '' : word.slice(0, scheme.length + length);
}
