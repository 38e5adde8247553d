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

export const getThroughput = defineOp({
  id: "metrics.throughput",
  intent: "read",
  summary: "How fast each model generated in a day, a week (Monday to Sunday) or a month of the server's time zone, fastest first.",
  input: z
    .object({
      period: z.enum(periods),
      date: z.string().describe("YYYY-MM-DD, any day of the week for a week; YYYY-MM for a month."),
    })
    .refine(isDate, { path: ["date"], message: "must be a day that exists, as YYYY-MM-DD; for a month, YYYY-MM" }),
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

function isDate({ period, date }: { readonly period: (typeof periods)[number]; readonly date: string }): boolean {
  if (!(period === "month" ? monthPattern : dayPattern).test(date)) return false;
  const [year = 0, month = 0, day = 1] = date.split("-").map(Number);
  return month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
