import { z } from "zod";
import { defineOp } from "../op.ts";
import { listOf } from "../schemas/list-of.ts";

const doctorCheck = z.object({
  id: z.string().describe("`<area>` or `<area>.<what>`."),
  status: z.enum(["ok", "warn", "fail"]),
  detail: z.string().describe("One sentence for people. Never the value of a secret."),
  hint: z.string().exactOptional().describe("What to do about it."),
});
export type DoctorCheck = z.infer<typeof doctorCheck>;

/** Without an example: its answer is this server. */
export const getDoctorReport = defineOp({
  id: "doctor.report",
  intent: "read",
  summary: "What the server knows of its own health, as checks with hints; may take some seconds, because providers are asked.",
  input: z.object({}),
  output: z.object({
    version: z.string(),
    protocol: z.int().min(1),
    runtime: z.string().describe("Such as `Bun 1.4.5`."),
    now: z.number().describe("The server's clock, in epoch milliseconds."),
    database: z.string().describe("The file, absolute, on the server's machine; `:memory:` for none."),
    schemaVersion: z.int(),
    checks: listOf(doctorCheck),
  }),
  http: { method: "GET", path: "/doctor" },
  examples: [],
});
