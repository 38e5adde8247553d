import type { Write } from "@dispatch/kernel";

export const commitsMax = 6;

/** The n-th commit: counts, adds its row and removes the one before, so that exactly one row stands, the one of the count. */
export const writesOf = (n: number): readonly Write[] => [
  { check: "count", is: n === 1 ? undefined : n - 1 },
  { put: "count", value: n },
  { put: `row/${n}`, value: "x".repeat(5_000) },
  { remove: `row/${n - 1}` },
];
