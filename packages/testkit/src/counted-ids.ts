/** Ids that a golden file can hold: `m-1`, `m-2`, … */
export function countedIds(prefix = "m"): () => string {
  let count = 0;
  return () => `${prefix}-${++count}`;
}
