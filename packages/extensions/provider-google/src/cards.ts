import type { ModelCard } from "@dispatch/kernel";

const card = (id: string): ModelCard => ({ id, contextWindow: 1_048_576, vision: true });

/** As Google's page of its models told in 2026: the listing tells how much a model takes, but not that it sees. What is absent is unknown. */
export const cards: readonly ModelCard[] = [
  card("gemini-3.1-pro-preview"),
  card("gemini-3-pro-preview"),
  card("gemini-3-flash-preview"),
  card("gemini-2.5-pro"),
  card("gemini-2.5-flash"),
  card("gemini-2.5-flash-lite"),
  card("gemini-2.0-flash"),
  card("gemini-2.0-flash-lite"),
];
