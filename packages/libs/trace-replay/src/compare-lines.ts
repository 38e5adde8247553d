export interface Difference {
  /** From 1. */
  readonly line: number;
  /** `null`: there is no such line. */
  readonly recorded: string | null;
  readonly replayed: string | null;
}

/** Where two streams part for the first time; `undefined` when they are the same. */
export function firstDifference(recorded: readonly string[], replayed: readonly string[]): Difference | undefined {
  const length = Math.max(recorded.length, replayed.length);
  for (let index = 0; index < length; index++) {
    if (recorded[index] !== replayed[index])
      return { line: index + 1, recorded: recorded[index] ?? null, replayed: replayed[index] ?? null };
  }
  return undefined;
}
