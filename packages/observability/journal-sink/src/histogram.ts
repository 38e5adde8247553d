/** How often a measured value was at most as large as each bound. */
export interface Histogram {
  /** Ascending by bound and by count; the last bound is `Infinity`. */
  readonly buckets: readonly { readonly upTo: number; readonly count: number }[];
  readonly sum: number;
}

export class HistogramOf {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  /** Ascending. */
  constructor(bounds: readonly number[]) {
    this.#bounds = [...bounds, Number.POSITIVE_INFINITY];
    this.#counts = this.#bounds.map(() => 0);
  }

  add(value: number): void {
    const index = this.#bounds.findIndex((bound) => value <= bound);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#sum += value;
  }

  read(): Histogram {
    let count = 0;
    const buckets = this.#bounds.map((upTo, index) => {
      count += this.#counts[index] ?? 0;
      return { upTo, count };
    });
    return { buckets, sum: this.#sum };
  }
}
