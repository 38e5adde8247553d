import { z } from "zod";
import { defineOp } from "../op.ts";
import { listOf } from "../schemas/list-of.ts";

const daysMax = 36_500;
const days = z.int().min(0).max(daysMax);

const policy = z.object({
  conversationDays: days.describe("Closed conversations go this many days after their last activity; 0: never."),
  imageDays: days.describe("Images that no message refers to go after this many days; 0: never."),
  outputDays: days.describe("Outputs of tools that were too large to show go after this many days; 0: never."),
  automatic: z.boolean().describe("Once a day by itself."),
});
const off = { conversationDays: 0, imageDays: 0, outputDays: 0, automatic: false };

export const getRetention = defineOp({
  id: "retention.get",
  intent: "read",
  summary: "How long closed conversations and leftover files are kept. Everything is kept unless a person says otherwise.",
  input: z.object({}),
  output: policy,
  http: { method: "GET", path: "/retention" },
  examples: [{ input: {}, output: off }],
});

export const setRetention = defineOp({
  id: "retention.set",
  intent: "write",
  summary: "Sets how long closed conversations and leftover files are kept; nothing goes before prune is asked for, or automatic is set.",
  input: z.object({
    conversationDays: days.exactOptional().describe("Closed conversations go this many days after their last activity; 0: never."),
    imageDays: days.exactOptional().describe("Images that no message refers to; 0: never."),
    outputDays: days.exactOptional().describe("Outputs of tools that were too large to show; 0: never."),
    automatic: z.boolean().exactOptional().describe("Once a day by itself."),
  }),
  output: policy,
  http: { method: "PUT", path: "/retention" },
  examples: [{ input: { conversationDays: 365 }, output: { ...off, conversationDays: 365 } }],
});

const leftovers = z.object({ files: z.int().min(0), sizeBytes: z.number().min(0) });

export const prune = defineOp({
  id: "retention.prune",
  intent: "destroy",
  summary: "Shows what is past its retention, and removes it when that is asked for.",
  input: z.object({
    dryRun: z.boolean().exactOptional().describe("Default true: only show."),
    conversationDays: days.exactOptional().describe("This time alone, in place of what is set; 0: none."),
    imageDays: days.exactOptional().describe("This time alone, in place of what is set; 0: none."),
    outputDays: days.exactOptional().describe("This time alone, in place of what is set; 0: none."),
  }),
  output: z.object({
    dryRun: z.boolean(),
    conversations: listOf(
      z.object({
        conversationId: z.string(),
        title: z.string(),
        lastActivityAt: z.number().describe("Epoch milliseconds."),
        archives: z.int().min(0).describe("That go along."),
        kept: z.string().exactOptional().describe("Why it could not be removed."),
      }),
    ).describe("The oldest first, and no more than one call removes."),
    more: z.int().min(0).describe("Conversations past their retention beyond those."),
    images: leftovers,
    outputs: leftovers,
  }),
  http: { method: "POST", path: "/retention/prune" },
  cli: { command: "prune" },
  examples: [
    {
      input: {},
      output: { dryRun: true, conversations: [], more: 0, images: { files: 0, sizeBytes: 0 }, outputs: { files: 0, sizeBytes: 0 } },
    },
  ],
});
