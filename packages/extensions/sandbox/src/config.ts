import { z } from "zod";

const folder = z.string().startsWith("/");

export const config = z.strictObject({
  mode: z
    .enum(["auto", "off"])
    .default("auto")
    .describe("auto: confine where bubblewrap works. off: never; every command is then outside of what needs no question."),
  hidden: z.array(folder).default([]).describe("Files and folders that no confined process sees: the server's own data and configuration."),
  memoryBytes: z
    .int()
    .min(64 * 1024 * 1024)
    .optional()
    .describe("What all processes of one command may hold together."),
  processes: z.int().min(16).optional().describe("How many processes one command may have at once."),
  fileBytes: z
    .int()
    .min(1024 * 1024)
    .optional()
    .describe("The size of a file that a command may write."),
  cpuSeconds: z.int().min(1).optional().describe("Processor time of each of a command's processes."),
});
export type Config = z.infer<typeof config>;
