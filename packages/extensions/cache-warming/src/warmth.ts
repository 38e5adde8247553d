import type { WarmResult } from "@dispatch/transport-contract";

/** How warm a conversation is kept. Times are epoch milliseconds. */
export interface Warmth {
  readonly isEnabled: boolean;
  readonly intervalMs: number;
  /** `null`: nothing is scheduled. */
  readonly nextWarmAt: number | null;
  readonly lastWarmAt: number | null;
  /** What the last warm request said of the cache. */
  readonly last: WarmResult | null;
  /** Scheduled warm requests since the last turn. */
  readonly rounds: number;
  /** Of all warm requests since the last turn. */
  readonly spent: Spent;
  /** Scheduled warm requests that failed one after another. */
  readonly failures: number;
  /** For people: what went wrong, or why nothing is scheduled. */
  readonly notice?: string;
}

export type Spent = Pick<WarmResult, "inputTokens" | "outputTokens" | "cacheReadTokens" | "cacheWriteTokens">;

export type WarmEvent =
  | { readonly type: "turn-started" | "turn-settled" | "disabled" | "closed" | "warming" | "nothing-to-warm" }
  /** `canWarm`: no turn runs, and there is a log. */
  | { readonly type: "enabled"; readonly canWarm: boolean }
  | { readonly type: "interval-set"; readonly intervalMs: number }
  /** `isScheduled`: not asked for by a person. */
  | { readonly type: "warmed"; readonly isScheduled: boolean; readonly result: WarmResult }
  | { readonly type: "failed"; readonly isScheduled: boolean; readonly message: string; readonly retryAfterMs: number };

export interface Moment {
  readonly now: number;
  readonly idleRoundsMax: number;
}

/** In a row; then it is switched off. */
export const failuresMax = 3;

const nothing: Spent = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

export const cold = (intervalMs: number): Warmth => ({
  isEnabled: false,
  intervalMs,
  nextWarmAt: null,
  lastWarmAt: null,
  last: null,
  rounds: 0,
  spent: nothing,
  failures: 0,
});

/**
 * How it stands after a restart: rounds that have gone by since the last turn count, so that what has long been cold is not heated up again. `undefined`:
 * nothing was said yet.
 */
export function restored(intervalMs: number, lastActivityAt: number | undefined, moment: Moment): Warmth {
  const on = { ...cold(intervalMs), isEnabled: true };
  if (lastActivityAt === undefined) return on;
  const rounds = Math.min(moment.idleRoundsMax, Math.max(0, Math.floor((moment.now - lastActivityAt) / intervalMs)));
  return armed({ ...on, rounds }, moment);
}

export function nextWarmth(warmth: Warmth, event: WarmEvent, moment: Moment): Warmth {
  switch (event.type) {
    case "turn-started":
    case "warming":
      return { ...warmth, nextWarmAt: null };
    case "turn-settled":
      return armed(fresh(warmth), moment);
    case "enabled":
      return enabled(warmth, event.canWarm, moment);
    case "disabled":
    case "closed":
      return { ...silent(warmth), isEnabled: false, nextWarmAt: null };
    case "nothing-to-warm":
      return { ...warmth, nextWarmAt: null, notice: "There is nothing to warm yet. The next turn begins it." };
    case "interval-set":
      return warmth.nextWarmAt === null
        ? { ...warmth, intervalMs: event.intervalMs }
        : armed({ ...warmth, intervalMs: event.intervalMs }, moment);
    case "warmed":
      return armed(counted(warmth, event.result, event.isScheduled, moment.now), moment);
    case "failed":
      return afterFailure(warmth, event, moment);
  }
}

/** Schedules the next round, unless it is off or there were enough. */
function armed(warmth: Warmth, { now, idleRoundsMax }: Moment): Warmth {
  if (!warmth.isEnabled) return { ...warmth, nextWarmAt: null };
  if (warmth.rounds < idleRoundsMax) return { ...warmth, nextWarmAt: now + warmth.intervalMs };
  const notice = `Stopped after ${idleRoundsMax} rounds without a turn. The next turn begins again.`;
  return { ...warmth, nextWarmAt: null, notice };
}

function enabled(warmth: Warmth, canWarm: boolean, moment: Moment): Warmth {
  const on = { ...silent(warmth), isEnabled: true, rounds: 0, failures: 0, nextWarmAt: null };
  return canWarm ? armed(on, moment) : on;
}

function fresh(warmth: Warmth): Warmth {
  return { ...silent(warmth), rounds: 0, spent: nothing, failures: 0 };
}

function silent({ notice: _, ...warmth }: Warmth): Warmth {
  return warmth;
}

function counted(warmth: Warmth, result: WarmResult, isScheduled: boolean, now: number): Warmth {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = warmth.spent;
  return {
    ...silent(warmth),
    lastWarmAt: now,
    last: result,
    rounds: warmth.rounds + (isScheduled ? 1 : 0),
    failures: 0,
    spent: {
      inputTokens: inputTokens + result.inputTokens,
      outputTokens: outputTokens + result.outputTokens,
      cacheReadTokens: cacheReadTokens + result.cacheReadTokens,
      cacheWriteTokens: cacheWriteTokens + result.cacheWriteTokens,
    },
  };
}

type Failed = Extract<WarmEvent, { readonly type: "failed" }>;

/** What a person asked for says so to that person; the schedule goes on. Otherwise each failure doubles the wait, and some in a row are the end. */
function afterFailure(warmth: Warmth, { isScheduled, message, retryAfterMs }: Failed, moment: Moment): Warmth {
  if (!isScheduled) return armed(warmth, moment);
  const failures = warmth.failures + 1;
  if (failures >= failuresMax) {
    const notice = `Switched off after ${failures} failures in a row: ${message}`;
    return { ...warmth, failures, isEnabled: false, nextWarmAt: null, notice };
  }
  const waitMs = Math.max(warmth.intervalMs * 2 ** failures, retryAfterMs);
  const goesOn = warmth.isEnabled && warmth.rounds < moment.idleRoundsMax;
  return { ...warmth, failures, nextWarmAt: goesOn ? moment.now + waitMs : null, notice: message };
}
