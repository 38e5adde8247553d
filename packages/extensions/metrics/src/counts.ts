import type { Labels, Sample } from "./contract.ts";

/** Sums by their labels. What the labels may hold is bounded by whoever adds. */
export class Counts {
  readonly #rows = new Map<string, { readonly labels: Labels; value: number }>();

  add(labels: Labels, by = 1): void {
    const key = keyOf(labels);
    const row = this.#rows.get(key);
    if (row === undefined) this.#rows.set(key, { labels, value: by });
    else row.value += by;
  }

  samples(): readonly Sample[] {
    return [...this.#rows.values()].map(({ labels, value }) => ({ labels, value }));
  }
}

export const keyOf = (labels: Labels): string => Object.values(labels).join("\n");
