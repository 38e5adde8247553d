import type { ModelCard } from "@dispatch/kernel";
import { z } from "zod";

/** `GET /v1/models`: ids, and of newer models what they take. */
export function cardsOf(told: unknown): readonly ModelCard[] | undefined {
  const { data } = listing.safeParse(told);
  return data?.data.flatMap((given) => {
    const { data: model } = entry.safeParse(given);
    if (model === undefined) return [];
    const { id, max_input_tokens: contextWindow, capabilities } = model;
    const vision = capabilities?.image_input?.supported;
    return [{ id, ...(contextWindow === undefined ? {} : { contextWindow }), ...(vision === undefined ? {} : { vision }) }];
  });
}

const listing = z.object({ data: z.array(z.unknown()) });
const entry = z.object({
  id: z.string().min(1),
  max_input_tokens: z.int().positive().optional().catch(undefined),
  capabilities: z
    .object({ image_input: z.object({ supported: z.boolean() }).optional().catch(undefined) })
    .optional()
    .catch(undefined),
});
