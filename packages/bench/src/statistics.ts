/**
 * The value below which the given share (0 to 1) of the sample lies, interpolated between its neighbours.
 * An empty sample has none: `NaN`.
 */
export function percentile(sample: readonly number[], share: number): number {
  const sorted = Float64Array.from(sample).sort();
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) return Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

export const median = (sample: readonly number[]): number => percentile(sample, 0.5);

/** Round by round, because what disturbs the machine disturbs the neighbours of one round alike. */
export function medianDifference(sample: readonly number[], floor: readonly number[]): number {
  return median(sample.map((value, round) => value - (floor[round] ?? Number.NaN)));
}

export interface Summary {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export function summarize(sample: readonly number[]): Summary {
  return { count: sample.length, p50: median(sample), p99: percentile(sample, 0.99), max: percentile(sample, 1) };
}
