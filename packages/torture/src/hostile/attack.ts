import fc from "fast-check";

/** One kind of hostile input, and who gets it. */
export interface Attack {
  readonly name: string;
  readonly cases: { readonly quick: number; readonly full: number };
  /** Tries that many cases, or a few more; counts each as it was judged. */
  run(cases: number, trial: Trial): Promise<void>;
}

export interface Trial {
  readonly seed: number;
  readonly signal: AbortSignal;
  /** `why`: what did not hold; `undefined` when all did. */
  judged(point: () => string, why: string | undefined): void;
}

/** Several at once, because many wait for the disk or the network. Ends early when the trial is stopped. */
export async function tryAll<Case>(
  cases: Iterable<Case>,
  lanes: number,
  { signal }: Trial,
  act: (one: Case) => Promise<void>,
): Promise<void> {
  const waiting = cases[Symbol.iterator]();
  const lane = async () => {
    for (let next = waiting.next(); !next.done && !signal.aborted; next = waiting.next()) await act(next.value);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

const batchSize = 200;

/** That many values, all of which follow from the seed; made as they are needed. */
export function* sampled<Value>(values: fc.Arbitrary<Value>, seed: number, count: number): Generator<Value> {
  for (let made = 0; made < count; made += batchSize)
    yield* fc.sample(values, { seed: seed + made, numRuns: Math.min(batchSize, count - made) });
}

const shownCharsMax = 400;

/** For people: what was sent, in one line. */
export function shown(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : textOf(value);
  return text.length <= shownCharsMax ? text : `${text.slice(0, shownCharsMax)}… (${text.length} characters)`;
}

function textOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}
