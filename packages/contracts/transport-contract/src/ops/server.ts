import type { ModelInfo } from "@dispatch/wire";
import { z } from "zod";
import { defineOp } from "../op.ts";
import { listOf } from "../schemas/list-of.ts";

export const getHealth = defineOp({
  id: "health.get",
  intent: "read",
  summary: "Whether the server answers; verbose, how its parts are.",
  input: z.object({
    verbose: z.enum(["0", "1"]).exactOptional().describe("1: with a field for each part of the server that has something to tell."),
  }),
  output: z.looseObject({ ok: z.literal(true) }),
  http: { method: "GET", path: "/health" },
  examples: [
    { input: {}, output: { ok: true } },
    { input: { verbose: "0" }, output: { ok: true } },
  ],
});

const modelPrice = z
  .object({
    inputUsd: z.number(),
    outputUsd: z.number(),
    cacheReadUsd: z.number().exactOptional().describe("Absent: as other input."),
    cacheWriteUsd: z.number().exactOptional().describe("Absent: as other input."),
  })
  .describe("Of one token, in US dollars, as its provider lists it now: 0 is free.");

const modelInfo: z.ZodType<ModelInfo> = z.object({
  contextWindow: z.number().exactOptional().describe("In tokens."),
  vision: z.boolean().exactOptional().describe("Reads images."),
  price: modelPrice.exactOptional().describe("Absent: unknown."),
});

export const listModels = defineOp({
  id: "models.list",
  intent: "read",
  summary: "Names of all models that can be asked now.",
  input: z.object({}),
  output: z.object({
    models: listOf(z.string()).describe("`<credential>/<model>`, in order of credentials."),
    modelInfo: z.record(z.string(), modelInfo).exactOptional().describe("By model name, where something is known. Absent when empty."),
  }),
  http: { method: "GET", path: "/models", unavailableStatus: 502 },
  cli: { command: "models" },
  examples: [
    { given: "no-credentials", input: {}, output: { models: [] } },
    {
      given: "one-model",
      input: {},
      output: { models: ["demo/echo"], modelInfo: { "demo/echo": { contextWindow: 8192 } } },
    },
  ],
});

/** Without an example: its answer is the whole of this server. */
export const getOpenApi = defineOp({
  id: "openapi.get",
  intent: "read",
  summary: "OpenAPI 3.1 description of every operation.",
  input: z.object({}),
  output: z.record(z.string(), z.unknown()),
  http: { method: "GET", path: "/openapi.json" },
  examples: [],
});
