/** A measured value at a time. */
export interface Reading {
  readonly atMs: number;
  readonly value: number;
}

/** How much a value grows a minute: the median of the slopes of pairs (Theil-Sen), which single peaks do not move. */
export function growthPerMinute(readings: readonly Reading[]): number {
  const step = Math.max(1, Math.ceil(readings.length / readingsMax));
  const kept = readings.filter((_, at) => at % step === 0);
  const slopes = kept.flatMap((one, at) => kept.slice(at + 1).map((other) => (other.value - one.value) / (other.atMs - one.atMs)));
  return median(slopes) * msPerMinute;
}

const readingsMax = 300;
const msPerMinute = 60_000;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
