/** A message as a reader got it. */
export interface Delivery {
  readonly id: string;
  readonly position: number | null;
  readonly senderUsername: string;
  readonly text: string;
}

/** A message as its sender wrote it. Its text is unique within a history, and identifies it. */
export interface Attempt {
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

/** What one reader received, up to the end of the mailbox. */
export interface Reader {
  readonly mailbox: string;
  /** The position after which it started. */
  readonly after: number;
  /** The messages of each of its subscriptions, in order of arrival. */
  readonly streams: readonly (readonly Delivery[])[];
}

/** What clients sent, and what they observed. */
export interface History {
  readonly attempts: readonly Attempt[];
  /** What the server acknowledged, in order. Each sender waits for an answer before it continues. */
  readonly acknowledged: readonly (Attempt & { readonly id: string })[];
  readonly readers: readonly Reader[];
}

/** How often each promise was broken. */
export interface Verdict {
  /** Acknowledged, but a reader of the mailbox never received it. */
  lost: number;
  /** Stored under two ids, or received twice in one subscription. */
  repeated: number;
  /** Never sent to this mailbox, or not with this text, or not by this sender. */
  invented: number;
  /**
   * Not in the order of positions, not in the sender's order, or at another position than for
   * another reader.
   */
  reordered: number;
  /** A position was skipped. */
  gaps: number;
}

export const NO_VIOLATIONS: Verdict = { lost: 0, repeated: 0, invented: 0, reordered: 0, gaps: 0 };

/** Counts how often a history breaks what the server promises. */
export function judge({ attempts, acknowledged, readers }: History): Verdict {
  const verdict = { ...NO_VIOLATIONS };
  const attempted = new Map(attempts.map((attempt) => [attempt.text, attempt]));
  const idOfText = new Map<string, string>();
  const idAtPosition = new Map<string, string>();
  const positionOfId = new Map<string, number>();

  for (const { id, text } of acknowledged) if (differs(idOfText, text, id)) verdict.repeated += 1;
  for (const reader of readers) judgeReader(reader);
  for (const reader of readers) verdict.lost += countLost(reader);
  judgeOrderOfSenders();
  return verdict;

  function judgeReader({ mailbox, after, streams }: Reader): void {
    let reached = after;
    for (const stream of streams) {
      let last: number | undefined;
      const ids = new Set<string>();
      for (const { id, position, senderUsername, text } of stream) {
        const attempt = attempted.get(text);
        if (attempt?.to !== mailbox || attempt.from !== senderUsername || position === null) {
          verdict.invented += 1;
          continue;
        }
        if (differs(idOfText, text, id) || ids.has(id)) {
          verdict.repeated += 1;
          continue;
        }
        ids.add(id);
        const elsewhere =
          differs(positionOfId, id, position) ||
          differs(idAtPosition, `${mailbox} ${position}`, id);
        if (elsewhere || (last !== undefined && position <= last)) verdict.reordered += 1;
        if (position > (last ?? reached) + 1) verdict.gaps += 1;
        last = position;
        reached = Math.max(reached, position);
      }
    }
  }

  function countLost({ mailbox, after, streams }: Reader): number {
    const received = new Set(streams.flat().map(({ id }) => id));
    // Positions are known from readers alone. A message that no reader received is lost to all.
    const isAfter = (id: string) => (positionOfId.get(id) ?? Number.POSITIVE_INFINITY) > after;
    return acknowledged.filter(({ id, to }) => to === mailbox && isAfter(id) && !received.has(id))
      .length;
  }

  function judgeOrderOfSenders(): void {
    const lastOfPair = new Map<string, number>();
    for (const { id, from, to } of acknowledged) {
      const position = positionOfId.get(id) ?? Number.POSITIVE_INFINITY;
      const pair = `${from} ${to}`;
      if (position < (lastOfPair.get(pair) ?? 0)) verdict.reordered += 1;
      else if (Number.isFinite(position)) lastOfPair.set(pair, position);
    }
  }
}

/** Remembers the first value of a key. Returns whether this one differs from it. */
function differs<Value>(known: Map<string, Value>, key: string, value: Value): boolean {
  if (!known.has(key)) known.set(key, value);
  return known.get(key) !== value;
}
