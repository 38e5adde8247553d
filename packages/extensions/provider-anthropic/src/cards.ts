import type { ModelCard } from "@dispatch/kernel";

const card = (id: string, contextWindow: number): ModelCard => ({ id, contextWindow, vision: true });

/** As Anthropic's overview of models told in 2026. What is absent is unknown; the listing tells of itself what newer models take. */
export const cards: readonly ModelCard[] = [
  card("claude-opus-4-7", 1_000_000),
  card("claude-opus-4-6", 1_000_000),
  card("claude-sonnet-4-6", 1_000_000),
  card("claude-opus-4-5", 200_000),
  card("claude-sonnet-4-5", 200_000),
  card("claude-haiku-4-5", 200_000),
  card("claude-opus-4-1", 200_000),
  card("claude-opus-4-0", 200_000),
  card("claude-opus-4", 200_000),
  card("claude-sonnet-4-0", 200_000),
  card("claude-sonnet-4", 200_000),
  card("claude-3-7-sonnet", 200_000),
  card("claude-3-5-sonnet", 200_000),
  card("claude-3-5-haiku", 200_000),
  card("claude-3-haiku", 200_000),
];
