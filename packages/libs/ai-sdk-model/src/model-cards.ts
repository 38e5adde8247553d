import type { ModelCard } from "@dispatch/kernel";
import type { ModelPrice } from "@dispatch/wire";

/**
 * What a listing tells of its models, in its order. OpenAI's format has ids alone; the context window comes under the names that vLLM, Groq,
 * OpenRouter and LM Studio give it, sight and prices under OpenRouter's. `undefined` when it is no listing.
 */
export function cardsOf(told: unknown): readonly ModelCard[] | undefined {
  const listing = fields(told)?.data;
  if (!Array.isArray(listing)) return undefined;
  return listing.map(cardOf).filter((card) => card !== undefined);
}

function cardOf(entry: unknown): ModelCard | undefined {
  const told = fields(entry);
  const id = told?.id;
  if (told === undefined || typeof id !== "string" || id === "") return undefined;
  const contextWindow = windowNames.map((name) => told[name]).find((value) => typeof value === "number" && value > 0);
  const price = priceOf(fields(told.pricing));
  const modalities = fields(told.architecture)?.input_modalities;
  return {
    id,
    ...(typeof contextWindow === "number" ? { contextWindow } : {}),
    ...(Array.isArray(modalities) ? { vision: modalities.includes("image") } : {}),
    ...(price === undefined ? {} : { price }),
  };
}

/** More for one token is a price in another unit: the dearest models cost less than that for a thousand. */
const tokenUsdMax = 0.001;

/** `undefined` where tokens alone do not tell what an answer costs: a price lacks, each request has a fee, or reasoning has a price of its own. */
function priceOf(told: Fields | undefined): ModelPrice | undefined {
  const [inputUsd, outputUsd] = [amountOf(told?.prompt), amountOf(told?.completion)];
  if (inputUsd === undefined || outputUsd === undefined) return undefined;
  if (isExtra(told?.request) || (isExtra(told?.internal_reasoning) && told?.internal_reasoning !== told?.completion)) return undefined;
  const [cacheReadUsd, cacheWriteUsd] = [amountOf(told?.input_cache_read), amountOf(told?.input_cache_write)];
  return {
    inputUsd,
    outputUsd,
    ...(cacheReadUsd === undefined ? {} : { cacheReadUsd }),
    ...(cacheWriteUsd === undefined ? {} : { cacheWriteUsd }),
  };
}

/** A decimal in a string. Servers that give numbers mean a million tokens; a negative one, as of a router between models, means that it depends. */
function amountOf(told: unknown): number | undefined {
  if (typeof told !== "string" || !decimal.test(told)) return undefined;
  const amount = Number(told);
  return amount <= tokenUsdMax ? amount : undefined;
}

const decimal = /^\d+(\.\d+)?(e-?\d+)?$/i;
const isExtra = (told: unknown): boolean => told !== undefined && told !== null && Number(told) !== 0;

const windowNames = ["context_window", "context_length", "max_model_len", "max_context_length"];

interface Fields {
  readonly [name: string]: unknown;
}
const fields = (value: unknown): Fields | undefined => (typeof value === "object" && value !== null ? (value as Fields) : undefined);
