/** Faults of one kind of part. */
export interface FaultFamily {
  readonly name: string;
  run(campaign: FamilyRun): Promise<void>;
}

export interface FamilyRun {
  readonly quick: boolean;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** One fault fired there, and these sentences are not true. */
  tried(point: string, wrong: readonly string[]): void;
}

/** A family whose n-th fault always fires is a mistake of its own. */
const faultsMax = 2_000;

/** How many are skipped from one n to the next. */
export interface Strides {
  readonly quick: number;
  readonly full?: number;
}

/** For n = 1, 2, … until none fires. A quick look begins somewhere and takes longer strides. */
export async function untilNoneFires(
  { signal, quick, random }: FamilyRun,
  strides: Strides,
  fail: (n: number) => Promise<boolean>,
): Promise<void> {
  const stride = quick ? strides.quick : (strides.full ?? 1);
  const first = quick ? 1 + Math.floor(random() * stride) : 1;
  for (let n = first; n <= faultsMax; n += stride) if (signal.aborted || !(await fail(n))) return;
  throw new Error(`after ${faultsMax} faults another one fires`);
}

/** Everything in its order; for a quick look in any, so that whoever looks at a few only sees other ones with each seed. */
export const inOrder = <Item>(items: readonly Item[], { quick, random }: FamilyRun): readonly Item[] =>
  quick
    ? items
        .map((item) => ({ item, rank: random() }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ item }) => item)
    : items;
