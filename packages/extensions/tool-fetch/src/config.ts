import { z } from "zod";

/** The check is loaded for entries alone: without any, starting costs nothing. */
const entry = z.string().superRefine(async (value, context) => {
  const { whyNotAnEntry } = await import("@dispatch/egress-guard");
  const why = whyNotAnEntry(value);
  if (why !== undefined) context.addIssue({ code: "custom", message: `DISPATCH_FETCH_ALLOW holds an entry that ${why}` });
});

export const config = z.strictObject({
  allow: z.array(entry).default([]).describe("Hosts, addresses and networks that may be fetched although they are not public."),
});
export type Config = z.infer<typeof config>;
