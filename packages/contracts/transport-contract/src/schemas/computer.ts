import type { Computer, ComputerEntry, ComputerStatus } from "@dispatch/wire";
import { z } from "zod";

const fields = z.object({
  alias: z.string(),
  hostName: z.string(),
  port: z.int(),
  user: z.string(),
  identityFile: z.string().nullable(),
  knownHost: z.boolean(),
});

export const computer: z.ZodType<Computer> = fields;

export const computerEntry: z.ZodType<ComputerEntry> = fields.extend({ usageCount: z.int().describe("Conversations that are set to it.") });

export const computerStatus: z.ZodType<ComputerStatus> = z.object({
  alias: z.string(),
  state: z.enum(["disconnected", "connecting", "connected", "error"]),
  error: z.string().exactOptional(),
  knownHost: z.boolean(),
});
