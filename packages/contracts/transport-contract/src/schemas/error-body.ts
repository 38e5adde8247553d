import type { ErrorBody, FaultKind } from "@dispatch/wire";
import { z } from "zod";

export const faultKinds = [
  "invalid",
  "missing",
  "conflict",
  "denied",
  "limited",
  "unavailable",
  "cancelled",
  "defect",
] as const satisfies readonly FaultKind[];

/** The body of every answer that is not 2xx. */
export const errorBody: z.ZodType<ErrorBody> = z.object({
  error: z.string().describe("For people: what went wrong and what to do next."),
  code: z.string().describe("For programs: `<owner>/<what>`."),
  kind: z.enum(faultKinds),
  data: z.record(z.string(), z.unknown()).exactOptional(),
});
