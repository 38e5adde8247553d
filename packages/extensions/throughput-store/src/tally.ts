/** What one model did in one day. */
export interface Tally {
  readonly model: string;
  readonly outputTokens: number;
  /** Always positive. */
  readonly genMs: number;
  readonly turns: number;
}

/** Models that one day tells apart; those beyond count as one. */
export const modelsMax = 500;
export const othersName = "other";

/** Sums by model; the first to come keep their names. */
export function sumTallies(...lists: readonly (readonly Tally[])[]): readonly Tally[] {
  const sums = new Map<string, Tally>();
  for (const tally of lists.flat()) {
    const name = sums.has(tally.model) || sums.size < modelsMax ? tally.model : othersName;
    const sum = sums.get(name) ?? { outputTokens: 0, genMs: 0, turns: 0 };
    sums.set(name, {
      model: name,
      outputTokens: sum.outputTokens + tally.outputTokens,
      genMs: sum.genMs + tally.genMs,
      turns: sum.turns + tally.turns,
    });
  }
  return [...sums.values()];
}

export interface ModelThroughput {
  readonly model: string;
  readonly tokensPerSecond: number;
  readonly totalOutputTokens: number;
  readonly totalGenMs: number;
  readonly turns: number;
}

export function fastestFirst(tallies: readonly Tally[]): readonly ModelThroughput[] {
  return tallies
    .map(({ model, outputTokens, genMs, turns }) => ({
      model,
      tokensPerSecond: (outputTokens * 1_000) / genMs,
      totalOutputTokens: outputTokens,
      totalGenMs: genMs,
      turns,
    }))
    .sort((a, b) => b.tokensPerSecond - a.tokensPerSecond || (a.model < b.model ? -1 : 1));
}
