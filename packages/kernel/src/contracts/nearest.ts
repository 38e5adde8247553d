/** Longer words are not compared: nobody mistypes that much, and the cost grows with the product of the lengths. */
const comparedLengthMax = 100;

/** The candidate that was probably meant, by edit distance and regardless of case; `undefined` when none shares at least half of its letters. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    const longer = Math.max(word.length, candidate.length);
    if (longer > comparedLengthMax) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance > longer / 2) continue;
    if (best === undefined || distance < best.distance) best = { candidate, distance };
  }
  return best?.candidate;
}

/** Insertions, deletions and replacements that lead from one word to the other. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (letter === to[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
