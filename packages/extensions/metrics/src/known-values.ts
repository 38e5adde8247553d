export const valueCharsMax = 120;

/** What a label may hold: the first so many values that come, and `other` for the rest. */
export class KnownValues {
  readonly #known = new Set<string>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  of(value: string): string {
    if (this.#known.has(value)) return value;
    if (this.#known.size >= this.#max || value.length > valueCharsMax) return "other";
    this.#known.add(value);
    return value;
  }
}
