import type { LanguageModelV4Usage } from "@ai-sdk/provider";
import type { Usage } from "@dispatch/wire";

/** `undefined` when the provider told nothing, as after a cut. What it did not tell, or what cannot be a number of tokens, stays absent: no counter is invented. */
export function usageOf({ inputTokens, outputTokens }: LanguageModelV4Usage): Usage | undefined {
  const [input, output] = [counted(inputTokens.total), counted(outputTokens.total)];
  if (input === undefined && output === undefined) return undefined;
  return {
    inputTokens: input ?? 0,
    outputTokens: output ?? 0,
    ...optional("cacheReadTokens", inputTokens.cacheRead),
    ...optional("cacheWriteTokens", inputTokens.cacheWrite),
    ...optional("reasoningTokens", outputTokens.reasoning),
  };
}

/** More than any provider counts. Sums of it are still exact. */
const tokensMax = 1_000_000_000_000;

const counted = (told: unknown): number | undefined =>
  typeof told === "number" && Number.isInteger(told) && told >= 0 && told <= tokensMax ? told : undefined;

function optional(counter: keyof Usage, told: unknown): Partial<Usage> {
  const count = counted(told);
  return count === undefined ? {} : { [counter]: count };
}
