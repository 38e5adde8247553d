import type { Distribution, Labels } from "./contract.ts";
import { keyOf } from "./counts.ts";

/** In seconds: from a commit in memory to a slow disk. */
export const shortBounds: readonly number[] = [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];
/** In seconds: from a quick tool to the longest turn. */
export const longBounds: readonly number[] = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800];

/** How often each size was seen. */
export class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = [...bounds, Infinity];
    this.#counts = this.#bounds.map(() => 0);
  }

  /** What is no number, or negative, counts as nothing: clocks jump. */
  observe(value: number): void {
    const size = value > 0 && value < Infinity ? value : 0;
    let at = 0;
    while (size > (this.#bounds[at] ?? Infinity)) at += 1;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#sum += size;
  }

  read(labels: Labels = {}): Distribution {
    let count = 0;
    const buckets = this.#bounds.map((upTo, at) => {
      count += this.#counts[at] ?? 0;
      return { upTo, count };
    });
    return { labels, buckets, sum: this.#sum };
  }
}

/** One histogram for each combination of labels. What the labels may hold is bounded by whoever observes. */
export class Histograms {
  readonly #bounds: readonly number[];
  readonly #rows = new Map<string, { readonly labels: Labels; readonly histogram: Histogram }>();

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
  }

  observe(labels: Labels, value: number): void {
    const key = keyOf(labels);
    let row = this.#rows.get(key);
    if (row === undefined) {
      row = { labels, histogram: new Histogram(this.#bounds) };
      this.#rows.set(key, row);
    }
    row.histogram.observe(value);
  }

  samples(): readonly Distribution[] {
    return [...this.#rows.values()].map(({ labels, histogram }) => histogram.read(labels));
  }
}
