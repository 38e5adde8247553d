import type { ModelCard } from "@dispatch/kernel";
import { z } from "zod";

/** `GET /v1beta/models`: what can generate content, with what it takes. */
export function cardsOf(told: unknown): readonly ModelCard[] | undefined {
  const { data } = listing.safeParse(told);
  return data?.models.flatMap((given) => {
    const { data: model } = entry.safeParse(given);
    if (model === undefined || !model.supportedGenerationMethods.includes("generateContent")) return [];
    const { inputTokenLimit: contextWindow } = model;
    const id = model.name.replace(/^models\//, "");
    return id === "" ? [] : [{ id, ...(contextWindow === undefined ? {} : { contextWindow }) }];
  });
}

const listing = z.object({ models: z.array(z.unknown()) });
const entry = z.object({
  name: z.string(),
  inputTokenLimit: z.int().positive().optional().catch(undefined),
  supportedGenerationMethods: z.array(z.string()).catch(["generateContent"]),
});
