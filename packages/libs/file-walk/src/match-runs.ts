/** One item that fits, or any run of items. */
export type Expected<Item> = typeof anyRun | ((item: Item) => boolean);
export const anyRun = "any run";

/**
 * Whether the items from `from` on are what the pattern says, whole. Time grows with pattern times items: only the last run is ever tried again,
 * because what an earlier one could take, the last one can take as well.
 */
export function matchRuns<Item>(pattern: readonly Expected<Item>[], items: readonly Item[], from = 0): boolean {
  let at = from;
  let token = 0;
  let run = -1;
  let runFrom = from;
  while (at < items.length) {
    const expected = pattern[token];
    if (expected === anyRun) {
      run = token++;
      runFrom = at;
    } else if (expected?.(items[at] as Item)) {
      at++;
      token++;
    } else if (run >= 0) {
      token = run + 1;
      at = ++runFrom;
    } else return false;
  }
  return pattern.slice(token).every((rest) => rest === anyRun);
}
