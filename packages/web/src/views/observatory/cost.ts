import type { ModelInfo, ModelPrice } from "@dispatch/wire";
import { dollars } from "../../parts/dollars.ts";
import { byKind, type ModelUsage, type Tokens } from "./figures.ts";

export interface Prices {
  readonly [model: string]: ModelInfo;
}

/** By the price that is listed now, which may have been another then. */
export function costUsd(tokens: Tokens, { inputUsd, outputUsd, cacheReadUsd = inputUsd, cacheWriteUsd = inputUsd }: ModelPrice): number {
  const { cached, written, fresh, output } = byKind(tokens);
  return cached * cacheReadUsd + written * cacheWriteUsd + fresh * inputUsd + output * outputUsd;
}

export function modelCost(usage: ModelUsage, prices: Prices): string {
  const price = priceOf(usage.model, prices);
  return price === undefined ? "no known price" : dollars(costUsd(usage, price));
}

/** Of all models together. Those without a known price are named, and no part of the sum: they are not free. */
export function totalCost(models: readonly ModelUsage[], prices: Prices): { readonly value: string; readonly about: string } {
  const costs = models.flatMap((usage) => {
    const price = priceOf(usage.model, prices);
    return price === undefined ? [] : [costUsd(usage, price)];
  });
  const unknown = models.length - costs.length;
  return {
    value: costs.length === 0 ? "Price unknown" : dollars(costs.reduce((sum, usd) => sum + usd, 0)),
    about:
      unknown === 0 ? "by the prices listed now" : `${unknown} of ${models.length} models ${unknown === 1 ? "has" : "have"} no known price`,
  };
}

const priceOf = (model: string, prices: Prices): ModelPrice | undefined =>
  Object.hasOwn(prices, model) ? prices[model]?.price : undefined;
