/** Reproducible random numbers: the same seed gives the same numbers. */
export interface SeededRandom {
  readonly seed: number;
  /** Returns a whole number from `least` to `most`. */
  between(least: number, most: number): number;
}

/** Takes the seed from the environment variable SEED, or a new one, and prints it. */
export function seededRandom(): SeededRandom {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32)) >>> 0;
  console.log(`To repeat this run: SEED=${seed}`);
  let state = seed;
  /** Mulberry32: small, and random enough to choose when something happens. */
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  return { seed, between: (least, most) => least + Math.floor(next() * (most - least + 1)) };
}
