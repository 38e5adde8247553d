import { z } from "zod";
import { defineOp } from "../op.ts";
import { listOf } from "../schemas/list-of.ts";

const dayPattern = /^\d{4}-\d{2}-\d{2}$/;
const monthPattern = /^\d{4}-\d{2}$/;
const periods = ["day", "week", "month"] as const;

const modelThroughput = z.object({
  model: z.string(),
  tokensPerSecond: z.number().describe("All output tokens by all generation time."),
  totalOutputTokens: z.number(),
  totalGenMs: z.number(),
  turns: z.int(),
});

const periodInput = z
  .object({
    period: z.enum(periods),
    date: z.string().describe("YYYY-MM-DD, any day of the week for a week; YYYY-MM for a month."),
  })
  .refine(isDate, { path: ["date"], message: "must be a day that exists, as YYYY-MM-DD; for a month, YYYY-MM" });

export const getThroughput = defineOp({
  id: "metrics.throughput",
  intent: "read",
  summary: "How fast each model generated in a day, a week (Monday to Sunday) or a month of the server's time zone, fastest first.",
  input: periodInput,
  output: z.object({
    period: z.enum(periods),
    date: z.string(),
    start: z.number().describe("Epoch milliseconds, included."),
    end: z.number().describe("Epoch milliseconds, excluded."),
    models: listOf(modelThroughput),
  }),
  http: { method: "GET", path: "/metrics/throughput", unavailableStatus: 502 },
  cli: { command: "throughput", operands: ["period", "date"] },
  examples: [
    {
      given: "utc",
      input: { period: "week", date: "2026-11-04" },
      output: { period: "week", date: "2026-11-04", start: 1_793_577_600_000, end: 1_794_182_400_000, models: [] },
    },
  ],
});

/** From a model on the same machine to the longest turn. */
export const latencyBoundsMs: readonly number[] = [
  50, 100, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 7_500, 10_000, 15_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  1_800_000,
];

const tokens = z.object({
  turns: z.int(),
  failedTurns: z.int(),
  inputTokens: z.number().describe("Cached ones included."),
  outputTokens: z.number(),
  cacheReadTokens: z.number(),
  cacheWriteTokens: z.number(),
  cacheToldTokens: z.number().describe("The input tokens of those turns whose provider told what its cache gave."),
});

const modelUsage = tokens.extend({
  model: z.string(),
  firstTokenCounts: listOf(z.int()).describe(
    "Of steps: how many waited for their first token up to each of `boundsMs`, then how many longer.",
  ),
  turnCounts: listOf(z.int()).describe("Of turns: how many took up to each of `boundsMs`, then how many longer."),
});

export const getUsage = defineOp({
  id: "metrics.usage",
  intent: "read",
  summary: "What each model read and wrote in a day, a week or a month of the server's time zone, and how long people waited for it.",
  input: periodInput,
  output: z.object({
    period: z.enum(periods),
    date: z.string(),
    start: z.number().describe("Epoch milliseconds, included."),
    end: z.number().describe("Epoch milliseconds, excluded."),
    boundsMs: listOf(z.number()),
    models: listOf(modelUsage).describe("What read and wrote most comes first."),
    days: listOf(tokens.extend({ date: z.string() })),
  }),
  http: { method: "GET", path: "/metrics/usage", unavailableStatus: 502 },
  examples: [
    {
      given: "utc",
      input: { period: "day", date: "2026-11-04" },
      output: {
        period: "day",
        date: "2026-11-04",
        start: 1_793_750_400_000,
        end: 1_793_836_800_000,
        boundsMs: [...latencyBoundsMs],
        models: [],
        days: [
          {
            date: "2026-11-04",
            turns: 0,
            failedTurns: 0,
            inputTokens: 0,
            outputTokens: 0,
            cacheReadTokens: 0,
            cacheWriteTokens: 0,
            cacheToldTokens: 0,
          },
        ],
      },
    },
  ],
});

function isDate({ period, date }: { readonly period: (typeof periods)[number]; readonly date: string }): boolean {
  if (!(period === "month" ? monthPattern : dayPattern).test(date)) return false;
  const [year = 0, month = 0, day = 1] = date.split("-").map(Number);
  return month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
