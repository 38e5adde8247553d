import type { LanguageModelV4 } from "@ai-sdk/provider";
import { expect, test } from "vitest";
import { sdkModels } from "./sdk-models.ts";

// Reaches sdkModelsMax.
test("64 models are kept open; the one asked for longest ago is opened anew", async () => {
  const opened: string[] = [];
  const modelOf = sdkModels(async () => (modelId) => {
    opened.push(modelId);
    return { modelId } as LanguageModelV4;
  });
  const first = await modelOf("m0");
  for (let n = 1; n < 64; n++) await modelOf(`m${n}`);
  expect(await modelOf("m0")).toBe(first);
  await modelOf("m64");
  expect(await modelOf("m0")).toBe(first);
  await modelOf("m1");
  expect(opened.slice(64)).toEqual(["m64", "m1"]);
});
