/**
 * When the turn after a planned one is due. The rhythm stays as it was planned, so a late turn does not shift those behind it, and times that were
 * missed are not made up for. A clock that was set back starts the rhythm anew.
 */
export function nextRunAt(plannedAt: number, intervalMs: number, now: number): number {
  if (plannedAt - now > intervalMs) return now + intervalMs;
  const missed = Math.max(0, Math.floor((now - plannedAt) / intervalMs));
  return plannedAt + (missed + 1) * intervalMs;
}

/** ISO 8601, in UTC, to the millisecond. */
export const isoTime = (epochMs: number): string =>
  Temporal.Instant.fromEpochMilliseconds(epochMs).toString({ smallestUnit: "millisecond" });
