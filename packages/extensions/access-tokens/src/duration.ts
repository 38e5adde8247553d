const unitMs: { readonly [unit: string]: number } = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, y: 31_536_000_000 };

/** `30d` in milliseconds. The op's schema has checked the form; what has another is nothing. */
export function durationMs(text: string): number {
  const [, count = "0", unit = "m"] = /^(\d+)([mhdwy])$/.exec(text) ?? [];
  return Number(count) * (unitMs[unit] ?? 0);
}
