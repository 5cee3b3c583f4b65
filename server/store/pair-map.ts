/**
 * A map with two ids as its key. It looks each of them up by itself: for a key of both, a string
 * would be made and hashed at each look-up.
 */
export class PairMap<Value> {
  readonly #values = new Map<string, Map<string, Value>>();

  get(one: string, other: string): Value | undefined {
    return this.#values.get(one)?.get(other);
  }

  /** Returns the value of a key. Where there is none, it is made. */
  getOrMake(one: string, other: string, make: () => Value): Value {
    const known = this.get(one, other);
    if (known !== undefined) return known;
    const value = make();
    const values = this.#values.get(one) ?? new Map<string, Value>();
    this.#values.set(one, values.set(other, value));
    return value;
  }

  /** Every value, those with the same first id together. */
  values(): Value[] {
    return [...this.#values.values()].flatMap((values) => [...values.values()]);
  }
}
