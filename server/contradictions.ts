import type { Limits } from '../schema/model.ts';

/** Two settings that cannot both hold, and what to do about it. */
interface Contradiction {
  readonly limits: readonly [keyof Limits, keyof Limits];
  readonly reason: string;
  /** The least that the second may be beside the first. */
  readonly least: number;
}

/** Bytes of a code point in JSON at most: as an escaped pair of surrogates, \uD83D\uDE00. */
const ESCAPED_BYTES = 12;
/** Bytes of a username in a list, quoted and with its comma. */
const USERNAME_BYTES = 35;
/**
 * Bytes of a request at most, without its document and its longest variable. Clients may count on
 * them.
 */
const ENVELOPE_BYTES = 1_024;
/**
 * The cost of an item of a list at most, with its share of the page itself, of those that the
 * clients of this repository ask for.
 */
export const ITEM_COST = 30;

/**
 * What the documents of the clients of this repository have at most; with less, none of them would
 * work.
 */
export const CLIENTS_NEED = {
  maxQueryBytes: 1_024,
  maxQueryTokens: 150,
  maxQueryDepth: 7,
  maxQueryAliases: 1,
  maxQueryCost: 50,
} satisfies Partial<Limits>;

/**
 * Finds the first pair of limits of which one cannot be reached, or must not be, because of the
 * other.
 */
export function contradictionIn(limits: Limits): Contradiction | undefined {
  return pairs(limits).find(({ limits: [, second], least }) => limits[second] < least);
}

function pairs(limits: Limits): Contradiction[] {
  const { maxTextLength, maxQueryBytes, maxWatchedAccounts, maxPageSize } = limits;
  const document = maxQueryBytes + ENVELOPE_BYTES;
  return [
    {
      limits: ['maxQueryBytes', 'maxRequestBytes'],
      reason: 'a document of that size is in a request',
      least: document,
    },
    {
      limits: ['maxTextLength', 'maxRequestBytes'],
      reason: `a character of a text may take ${ESCAPED_BYTES} bytes of a request`,
      least: document + ESCAPED_BYTES * maxTextLength,
    },
    {
      limits: ['maxWatchedAccounts', 'maxRequestBytes'],
      reason: `a username may take ${USERNAME_BYTES} bytes of a request`,
      least: document + USERNAME_BYTES * maxWatchedAccounts,
    },
    {
      limits: ['maxPageSize', 'maxQueryCost'],
      reason: `an item of a page may cost ${ITEM_COST}`,
      least: ITEM_COST * maxPageSize,
    },
    {
      limits: ['headerSeconds', 'bodySeconds'],
      reason: 'the headers are a part of a request',
      least: limits.headerSeconds,
    },
  ];
}
