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

/** For n = 1, 2, … until none fires; `stride` skips some. */
export async function untilNoneFires(
  { signal, stride = 1 }: { readonly signal: AbortSignal; readonly stride?: number },
  fail: (n: number) => Promise<boolean>,
): Promise<void> {
  for (let n = 1; n <= faultsMax; n += stride) if (signal.aborted || !(await fail(n))) return;
  throw new Error(`after ${faultsMax} faults another one fires`);
}
