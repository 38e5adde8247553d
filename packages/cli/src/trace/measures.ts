/** `NNms`, `N.Ns` below a minute, `NmNs` above. A clock that went back shows as it is: negative. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return "?";
  const sign = ms <= -0.5 ? "-" : "";
  const whole = Math.round(Math.abs(ms));
  if (whole < 1_000) return `${sign}${whole}ms`;
  const tenths = Math.round(whole / 100);
  if (tenths < 600) return `${sign}${(tenths / 10).toFixed(1)}s`;
  const seconds = Math.round(whole / 1_000);
  return `${sign}${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

const kibi = 1_024;

/** Bytes as `Nb`, `N.Nk` or `N.NM`. */
export function size(bytes: number): string {
  if (bytes < kibi) return `${bytes}b`;
  const tenthsOfK = Math.round((bytes * 10) / kibi);
  if (tenthsOfK < kibi * 10) return `${tenthsOfK / 10}k`;
  return `${Math.round((bytes * 10) / (kibi * kibi)) / 10}M`;
}
