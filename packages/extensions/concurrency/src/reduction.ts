/** What refusals have made of a limit, until it has recovered. Times are those of a clock that never goes back. */
export interface Reduction {
  /** Requests at once for now: at least 1. */
  readonly to: number;
  /** What was too much: the limit, or, where none is set, what was in flight. */
  readonly from: number;
  /** When the next step up is due. */
  readonly riseAt: number;
}

/** Time without a refusal before each step up. */
export const quietMs = 30_000;
/** From the lowest limit to the full one it takes about that many steps. */
const stepsMax = 4;

/** One refusal more: half of what was allowed. Quiet begins at `quietFrom`. */
export function reduced(before: Reduction | undefined, tooMany: number, quietFrom: number): Reduction {
  const { to, from } = before ?? { to: tooMany, from: tooMany };
  return { to: Math.max(1, Math.floor(to / 2)), from, riseAt: quietFrom + quietMs };
}

/** What time has left of it; `undefined` when it has recovered. */
export function risen(reduction: Reduction, now: number): Reduction | undefined {
  const { to, from, riseAt } = reduction;
  if (now < riseAt) return reduction;
  const steps = 1 + Math.floor((now - riseAt) / quietMs);
  const next = to + steps * Math.max(1, Math.floor(from / stepsMax));
  return next >= from ? undefined : { to: next, from, riseAt: riseAt + steps * quietMs };
}
