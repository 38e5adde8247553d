import { z } from "zod";
import { defineOp } from "../op.ts";
import { id, optionalId } from "../schemas/id.ts";
import { listOf } from "../schemas/list-of.ts";
import { queryInteger } from "../schemas/query.ts";

export const tracesPageMax = 500;
/** A turn has not as many; of one that has, the first are shown. */
export const traceSpansMax = 20_000;
/** Of one answer. What is longer goes on at `next`. */
export const traceTextCharsMax = 500_000;
/** Of one entry of a prompt. */
export const promptEntryCharsMax = 200_000;
const stepsMax = 100_000;

const attributes = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
const status = z.enum(["ok", "error"]);
const step = queryInteger(0, stepsMax);

const turn = z.object({
  turnId: z.string(),
  conversationId: z.string().exactOptional(),
  model: z.string().exactOptional(),
  startedAt: z.number().describe("Epoch milliseconds."),
  durationMs: z.number().exactOptional().describe("Absent while the turn runs, and of a turn that its process did not survive."),
  status: status.exactOptional(),
  finishReason: z.string().exactOptional(),
  steps: z.int().exactOptional(),
  inputTokens: z.number().exactOptional(),
  outputTokens: z.number().exactOptional(),
  cacheReadTokens: z.number().exactOptional(),
});

export const listTraces = defineOp({
  id: "traces.list",
  intent: "read",
  summary: "Turns that were traced: the newest first, the longest first, or those that failed.",
  input: z.object({
    show: z.enum(["newest", "slowest", "failed"]).optional().describe("Default newest."),
    conversationId: optionalId,
    since: queryInteger(0).describe("Epoch milliseconds, included: when they began; when they ended, of the slowest and the failed."),
    before: queryInteger(0).describe("Epoch milliseconds, excluded; of the same time."),
    limit: queryInteger(1, tracesPageMax).describe("The most turns; default 50."),
  }),
  output: z.object({ turns: listOf(turn) }),
  http: { method: "GET", path: "/traces" },
  examples: [],
});

const span = z.object({
  id: z.string(),
  kind: z.enum(["span", "log"]),
  name: z.string().describe("Of a span; what was logged."),
  depth: z.int().min(0),
  extensionId: z.string(),
  startedAt: z.number().describe("Epoch milliseconds."),
  durationMs: z.number().exactOptional().describe("Of spans that have ended."),
  state: z.enum(["ok", "error", "open", "debug", "info", "warn"]),
  attributes: attributes.describe("Long texts are cut."),
  body: z.object({ recordId: z.string(), sizeBytes: z.number() }).exactOptional().describe("What `traces.body` gives."),
  promptStep: z.int().exactOptional().describe("What `traces.prompt` gives."),
});

export const showTrace = defineOp({
  id: "traces.show",
  intent: "read",
  summary: "One turn as the tree of its spans, each followed by what is within it.",
  input: z.object({ turnId: id }),
  output: turn.extend({ spans: listOf(span), left: z.int().describe("How many spans there are beyond those.") }),
  http: { method: "GET", path: "/traces/:turnId" },
  examples: [],
});

export const traceBody = defineOp({
  id: "traces.body",
  intent: "read",
  summary: "The text that was kept with one record of a turn, from one character on.",
  input: z.object({ turnId: id, recordId: id, from: queryInteger(0).describe("Default 0.") }),
  output: z.object({
    text: z.string(),
    chars: z.int().describe("Of the whole text."),
    next: z.int().exactOptional().describe("Where it goes on."),
  }),
  http: { method: "GET", path: "/traces/:turnId/bodies/:recordId" },
  examples: [],
});

const place = z.object({
  part: z.enum(["system", "tools", "message"]),
  message: z.int().exactOptional().describe("Counting from 1."),
  role: z.string().exactOptional(),
  chunk: z.int().exactOptional().describe("Within its message, counting from 1."),
  type: z.string().exactOptional(),
});

export const tracePrompt = defineOp({
  id: "traces.prompt",
  intent: "read",
  summary: "What the model got in one step of a turn: system prompt, tools and messages, in the order in which it read them.",
  input: z.object({
    turnId: id,
    step: z.preprocess(
      (given) => (typeof given === "string" && /^\d{1,6}$/.test(given) ? Number(given) : given),
      z.int().min(0).max(stepsMax),
    ),
    from: queryInteger(0).describe("The first entry, counting from 0; default 0."),
  }),
  output: z.object({
    turnId: z.string(),
    step: z.int(),
    outputTokensMax: z.number().exactOptional(),
    reasoningEffort: z.string().exactOptional(),
    entries: listOf(
      place.extend({
        about: z.string().describe("Beside its text, as JSON; empty: nothing."),
        text: z.string().describe("Cut when it is very long."),
        chars: z.int().describe("Of the whole text."),
      }),
    ),
    total: z.int().describe("All entries."),
    next: z.int().exactOptional().describe("The entry at which it goes on."),
  }),
  http: { method: "GET", path: "/traces/:turnId/prompts/:step" },
  examples: [],
});

const side = z.object({ turnId: z.string(), step: z.int() });

export const diffTraces = defineOp({
  id: "traces.diff",
  intent: "read",
  summary: "Where two prompts first differ: what a provider's cache could not use again.",
  input: z.object({
    turnId: id,
    step: step.describe("Default: the turn's last."),
    otherTurnId: optionalId.describe("Default: the same turn."),
    otherStep: step.describe("Default: the first of the other turn."),
  }),
  output: z.object({
    first: side,
    second: side,
    same: z.boolean(),
    sharedBytes: z.int().describe("UTF-8 bytes that both begin with."),
    firstBytes: z.int(),
    secondBytes: z.int(),
    at: place
      .extend({
        character: z.int().describe("Of the text there, counting from 1; 0: what is not its text differs."),
        first: z.string().nullable().describe("What stands there, the place marked by ‸; null: that prompt has ended."),
        second: z.string().nullable(),
      })
      .exactOptional(),
  }),
  http: { method: "GET", path: "/traces/:turnId/difference" },
  examples: [],
});
