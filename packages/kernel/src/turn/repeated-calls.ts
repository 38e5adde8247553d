/** The result carries a hint from here on. */
export const repeatsHintedFrom = 3;
/** The turn ends here with reason `loop`. */
export const repeatsMax = 5;

export interface FinishedCall {
  /** The same for calls that ask for the same. */
  readonly key: string;
  readonly effect: "read" | "write" | undefined;
  readonly text: string;
  readonly isError: boolean;
}

/**
 * Counts, over the steps of one turn, how often the same call has given the same result. A change that was not made before starts all
 * counts anew: testing again after each edit is work, even when the test keeps failing alike.
 */
export class RepeatedCalls {
  readonly #seen = new Map<string, { readonly text: string; readonly times: number }>();

  /** How often by now, this time included. Identical calls of one step are one call. */
  note({ key, effect, text, isError }: FinishedCall): number {
    const before = this.#seen.get(key);
    if (before === undefined && effect === "write" && !isError) this.#seen.clear();
    const times = before?.text === text ? before.times + 1 : 1;
    this.#seen.set(key, { text, times });
    return times;
  }
}
