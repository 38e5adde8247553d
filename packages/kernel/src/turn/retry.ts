import type { ModelError } from "../contracts/model.ts";
import type { RetryPolicy } from "../contracts/turn.ts";

export const defaultRetryPolicy: RetryPolicy = { attemptsMax: 8, totalMs: 600_000, firstDelayMs: 1_000, delayMsMax: 120_000 };

export interface FailedAttempt {
  readonly error: ModelError;
  /** Counts from 0. */
  readonly attempt: number;
  /** Since the first attempt began. */
  readonly elapsedMs: number;
}

/**
 * How long to wait before another attempt, or `undefined` when there is none. Exponential with full jitter, so that many who failed
 * together do not come back together; never shorter than the provider asked, and a wish that reaches past the total is not waited for.
 */
export function retryDelayMs(policy: RetryPolicy, { error, attempt, elapsedMs }: FailedAttempt, random: () => number): number | undefined {
  if (error.kind !== "unavailable" && error.kind !== "limited") return undefined;
  if (attempt + 1 >= policy.attemptsMax) return undefined;
  const ceilingMs = Math.min(policy.delayMsMax, policy.firstDelayMs * 2 ** attempt);
  const delayMs = Math.round(Math.max(random() * ceilingMs, error.retryAfterMs ?? 0));
  return elapsedMs + delayMs > policy.totalMs ? undefined : delayMs;
}
