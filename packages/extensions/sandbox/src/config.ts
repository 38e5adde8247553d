import { z } from "zod";

const path = z.string().startsWith("/");

export const config = z.strictObject({
  mode: z
    .enum(["auto", "off"])
    .default("auto")
    .describe("auto: confine where bubblewrap works. off: never, and every command is one that a person has to allow."),
  hidden: z
    .array(path)
    .default([])
    .describe(
      "Files and folders that no confined process sees: the server's own data and configuration. A name that ends in * is a beginning.",
    ),
  home: path.optional().describe("Home folder of whoever runs the server: where programs keep keys below it is hidden too."),
  memoryBytesMax: z
    .int()
    .min(64 * 1024 * 1024)
    .optional()
    .describe("What all processes of one command hold together."),
  processesMax: z.int().min(16).optional().describe("How many processes one command has at once."),
  fileBytesMax: z
    .int()
    .min(1024 * 1024)
    .optional()
    .describe("The size of a file that a command writes."),
  cpuSecondsMax: z.int().min(1).optional().describe("Processor time of each process of a command."),
});
export type Config = z.infer<typeof config>;
