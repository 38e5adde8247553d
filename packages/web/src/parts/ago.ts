const steps = [
  { unit: "m", ms: 60_000, until: 3_600_000 },
  { unit: "h", ms: 3_600_000, until: 86_400_000 },
  { unit: "d", ms: 86_400_000, until: 7 * 86_400_000 },
] as const;

/** A time that has passed, as short as a list has room for. */
export function ago(then: number, now: number): string {
  const passed = Math.max(0, now - then);
  if (passed < 60_000) return "now";
  const step = steps.find(({ until }) => passed < until);
  return step === undefined
    ? new Date(then).toLocaleDateString(undefined, { month: "short", day: "numeric" })
    : `${Math.floor(passed / step.ms)}${step.unit}`;
}

export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
}

/** 1,234 as 1.2k. */
export function count(n: number): string {
  if (n < 1_000) return `${n}`;
  if (n < 1_000_000) return `${(n / 1_000).toFixed(n < 10_000 ? 1 : 0)}k`;
  return `${(n / 1_000_000).toFixed(1)}M`;
}
