import { z } from "zod";
import { defineOp } from "../op.ts";
import { id } from "../schemas/id.ts";
import { listOf } from "../schemas/list-of.ts";

const difference = z.object({
  line: z.int().min(1).describe("Of the stream of events, counting from 1."),
  recorded: z.string().nullable().describe("The event as JSON; null: the recording had ended."),
  replayed: z.string().nullable().describe("The event as JSON; null: the replay had ended."),
});

export const replayTrace = defineOp({
  id: "traces.replay",
  intent: "write",
  summary: "Runs a recorded turn again, on what it was given then, and compares the events. Runs no tool and changes no conversation.",
  input: z.object({
    turnId: id,
    liveModel: z.boolean().optional().describe("Ask the model itself instead of what it answered then."),
  }),
  output: z.object({
    turnId: z.string(),
    same: z.boolean().describe("Every event is the same, byte for byte."),
    recordedEvents: z.int().min(0),
    replayedEvents: z.int().min(0),
    difference: difference.exactOptional().describe("Where the two part first."),
    stuck: z.string().exactOptional().describe("Why the replay could not go on to the end."),
  }),
  http: { method: "POST", path: "/traces/:turnId/replay" },
  examples: [],
});

export const recordTrace = defineOp({
  id: "traces.record",
  intent: "read",
  summary: "A recorded turn as files that a test can replay.",
  input: z.object({ turnId: id }),
  output: z.object({
    turnId: z.string(),
    files: listOf(z.object({ name: z.string().describe("A file's name, without a folder."), text: z.string() })),
  }),
  http: { method: "GET", path: "/traces/:turnId/recording" },
  examples: [],
});
