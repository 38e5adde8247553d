export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** From the first to the last line of `after` that is not as before. Where lines were only taken out: the line that now stands there. */
export function changedLines(before: string, after: string): LineRange {
  const old = before.split("\n");
  const now = after.split("\n");
  const shorter = Math.min(old.length, now.length);
  let start = 0;
  while (start < shorter && old[start] === now[start]) start++;
  let end = 0;
  while (end < shorter - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end++;
  const from = Math.min(start + 1, now.length);
  return { from, to: Math.max(from, now.length - end) };
}
