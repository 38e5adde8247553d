import { z } from "zod";
import { modelNameCharsMax } from "../limits.ts";
import { defineOp } from "../op.ts";

const settings = z.object({
  imageLimit: z.int().min(0).describe("The newest that many images of a conversation go to the model; 0: all."),
  compactionModel: z.string().nullable().describe("The model that describes an image in words when it no longer goes along; null: none."),
});

export const getVisionSettings = defineOp({
  id: "vision.get",
  intent: "read",
  summary: "How many images of a conversation a model is shown, and who describes the others.",
  input: z.object({}),
  output: settings,
  http: { method: "GET", path: "/settings/vision" },
  examples: [{ input: {}, output: { imageLimit: 10, compactionModel: null } }],
});

export const setVisionSettings = defineOp({
  id: "vision.set",
  intent: "write",
  summary: "Changes how images are shown to models; what is not given stays as it is.",
  input: z.object({
    imageLimit: z.int().min(0).optional(),
    compactionModel: z.string().trim().max(modelNameCharsMax).nullable().optional().describe("null or empty: none."),
  }),
  output: settings,
  http: { method: "PUT", path: "/settings/vision" },
  examples: [
    { input: { imageLimit: 4, compactionModel: "demo/echo" }, output: { imageLimit: 4, compactionModel: "demo/echo" } },
    { input: { compactionModel: null }, output: { imageLimit: 10, compactionModel: null } },
  ],
});
