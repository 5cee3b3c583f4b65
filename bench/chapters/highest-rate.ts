import { Refusal } from '../load/graphql.ts';
import type { Report } from '../load/measure.ts';

const FIRST = 100;
const STEP = 1.25;
/** What a person still takes for immediate. */
const PATIENCE_MS = 100;
/** Part of the messages that must have been answered at the end. */
const ANSWERED = 0.95;
/** A disturbance of the machine should not end the search. */
const ATTEMPTS = 2;

/** Raises the rate until senders wait too long, and returns the report of the last rate before. */
export async function highestRate<Measured extends Report>(
  measure: (perSecond: number) => Promise<Measured>,
): Promise<Measured> {
  let best = await measure(FIRST);
  for (let rate = FIRST * STEP; ; rate *= STEP) {
    const next = await firstSustained(rate, measure);
    if (next === undefined) return best;
    best = next;
  }
}

async function firstSustained<Measured extends Report>(
  rate: number,
  measure: (perSecond: number) => Promise<Measured>,
): Promise<Measured | undefined> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const report = await measure(rate).catch(ignoreRefusal);
    if (report === undefined) return undefined;
    if (report.p99 < PATIENCE_MS && report.perSecond > ANSWERED * rate) return report;
  }
  return undefined;
}

function ignoreRefusal(error: unknown): undefined {
  if (!(error instanceof Refusal)) throw error;
}
