const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const relativeDaysMax = 7;

/** How long ago, as `list` shows it: after seven days the ISO date. A clock that is ahead of ours counts as now. */
export function age(thenMs: number, nowMs: number): string {
  const passedMs = nowMs - thenMs;
  if (passedMs < minuteMs) return "just now";
  if (passedMs < hourMs) return `${Math.floor(passedMs / minuteMs)}m ago`;
  if (passedMs < dayMs) return `${Math.floor(passedMs / hourMs)}h ago`;
  if (passedMs < relativeDaysMax * dayMs) return `${Math.floor(passedMs / dayMs)}d ago`;
  return new Date(thenMs).toISOString().slice(0, 10);
}
