import type { ModelCard } from "@dispatch/kernel";

/**
 * What a listing tells of its models, in its order. OpenAI's format has ids alone; the context window comes under the names that vLLM, Groq,
 * OpenRouter and LM Studio give it, sight under OpenRouter's. `undefined` when it is no listing.
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
  const modalities = fields(told.architecture)?.input_modalities;
  return {
    id,
    ...(typeof contextWindow === "number" ? { contextWindow } : {}),
    ...(Array.isArray(modalities) ? { vision: modalities.includes("image") } : {}),
  };
}

const windowNames = ["context_window", "context_length", "max_model_len", "max_context_length"];

const fields = (value: unknown): { readonly [name: string]: unknown } | undefined =>
  typeof value === "object" && value !== null ? (value as { readonly [name: string]: unknown }) : undefined;
