/** What can be found by words. */
export interface Findable {
  readonly title: string;
  /** Further words that find it. */
  readonly words?: string;
}

/**
 * Those that hold every word of the query, the best first: a title that begins with it, then one that has its words at the beginnings of words, then any.
 * What fits equally stays in its order.
 */
export function rank<T extends Findable>(items: readonly T[], query: string): readonly T[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return items;
  const scored = items.flatMap((item) => {
    const score = scoreOf(item, words);
    return score === undefined ? [] : [{ item, score }];
  });
  return scored.toSorted((a, b) => b.score - a.score).map(({ item }) => item);
}

function scoreOf({ title, words: more = "" }: Findable, words: readonly string[]): number | undefined {
  const [name, others] = [title.toLowerCase(), more.toLowerCase()];
  let score = name.startsWith(words.join(" ")) ? 100 : 0;
  for (const word of words) {
    const found = wordScore(name, word) ?? (others.includes(word) ? 1 : undefined);
    if (found === undefined) return undefined;
    score += found;
  }
  return score;
}

function wordScore(name: string, word: string): number | undefined {
  if (!name.includes(word)) return undefined;
  return name.startsWith(word) || name.split(/[^\p{L}\p{N}]+/u).some((part) => part.startsWith(word)) ? 10 : 4;
}
