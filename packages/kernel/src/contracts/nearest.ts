/** Longer words are not compared: nobody mistypes that much, and the cost grows with the product of the lengths. */
const comparedLengthMax = 100;

/** The candidate that was probably meant, by edit distance and regardless of case; `undefined` when none shares at least half of its letters. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    const longer = Math.max(word.length, candidate.length);
    if (longer > comparedLengthMax) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance <= longer / 2 && distance < (best?.distance ?? Infinity)) best = { candidate, distance };
  }
  return best?.candidate;
}

/** Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other. */
function editDistance(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  const cost = (row: number, column: number) => rows[row]?.[column] ?? Infinity;
  for (let row = 1; row <= from.length; row++) {
    rows.push([row]);
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const replaced = cost(row - 1, column - 1) + (same ? 0 : 1);
      const swappedBack = swapped ? cost(row - 2, column - 2) + 1 : Infinity;
      rows[row]?.push(Math.min(replaced, swappedBack, cost(row - 1, column) + 1, cost(row, column - 1) + 1));
    }
  }
  return cost(from.length, to.length);
}
