/** Numbers in [0, 1) that follow from their seed alone (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` of them, in their own order; all where there are fewer. */
export function sample<Item>(items: readonly Item[], count: number, random: () => number): readonly Item[] {
  const order = items.map((_, index) => ({ index, rank: random() })).sort((a, b) => a.rank - b.rank);
  const chosen = new Set(order.slice(0, count).map(({ index }) => index));
  return items.filter((_, index) => chosen.has(index));
}
