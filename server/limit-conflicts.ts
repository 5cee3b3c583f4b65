import type { LimitName, Limits } from '../schema/limits.ts';

/** Two limits that cannot hold together, and how to resolve it. */
interface Conflict {
  /** The limit that can be lowered. */
  readonly lower: LimitName;
  /** The limit that can be raised instead. */
  readonly raise: LimitName;
  readonly reason: string;
  /** The least value of `raise` beside the present value of `lower`. */
  readonly least: number;
}

/** The most bytes of a code point in JSON: an escaped surrogate pair, \uD83D\uDE00. */
const ESCAPED_BYTES = 12;
/** Bytes of the id of a conversation in a list, quoted and with its comma. */
const CONVERSATION_ID_BYTES = 89;
/** The most bytes of a request besides its document and its longest variable; clients rely on it. */
const ENVELOPE_BYTES = 1_024;
/** The most that an item of a list costs in the documents of this repository's clients. */
export const ITEM_COST = 30;

/** Finds the first pair of limits of which one makes the other unreachable or unsafe. */
export const conflictIn = (limits: Limits): Conflict | undefined =>
  rules(limits).find(({ raise, least }) => limits[raise] < least);

function rules(limits: Limits): Conflict[] {
  const { maxTextLength, maxQueryBytes, maxWatchedAccounts, maxPageSize, headerSeconds } = limits;
  const document = maxQueryBytes + ENVELOPE_BYTES;
  return [
    {
      lower: 'maxQueryBytes',
      raise: 'maxRequestBytes',
      reason: 'a request contains the document',
      least: document,
    },
    {
      lower: 'maxTextLength',
      raise: 'maxRequestBytes',
      reason: `a character of a text may take ${ESCAPED_BYTES} bytes of a request`,
      least: document + ESCAPED_BYTES * maxTextLength,
    },
    {
      lower: 'maxWatchedAccounts',
      raise: 'maxRequestBytes',
      reason: `the id of a conversation takes ${CONVERSATION_ID_BYTES} bytes of a request`,
      least: document + CONVERSATION_ID_BYTES * maxWatchedAccounts,
    },
    {
      lower: 'maxPageSize',
      raise: 'maxQueryCost',
      reason: `an item of a page may cost ${ITEM_COST}`,
      least: ITEM_COST * maxPageSize,
    },
    {
      lower: 'headerSeconds',
      raise: 'bodySeconds',
      reason: 'a request contains its headers',
      least: headerSeconds,
    },
  ];
}
