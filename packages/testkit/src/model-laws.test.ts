import type { Model, ModelPart } from "@dispatch/kernel";
import { expect, test } from "vitest";
import { modelLaws } from "./model-laws.ts";
import { part } from "./scripted-model.ts";

/** Each does one thing that no model may do. */
const wrong: { readonly [what: string]: Model["stream"] } = {
  "ends without saying how": async function* () {
    yield part.text("a");
  },
  "goes on behind its end": async function* () {
    yield part.text("a");
    yield part.finish("stop");
    yield part.usage(1, 1);
  },
  "throws when it is aborted": async function* (_, signal) {
    yield part.text("a");
    if (signal.aborted) throw signal.reason;
    yield part.finish("stop");
  },
  "answers though it was told not to": async function* () {
    yield part.text("a");
    yield part.finish("stop");
  },
  "counts more cached than it read": async function* (_, signal) {
    if (signal.aborted) return yield part.error("cancelled", "aborted");
    yield part.text("a");
    yield part.usage(1, 1, { cacheReadTokens: 2 });
    yield part.finish("stop");
  },
  "scribbles on its request": async function* (request, signal) {
    (request.messages as unknown[]).push("scribble");
    if (signal.aborted) return yield part.error("cancelled", "aborted");
    yield part.text("a");
    yield part.finish("stop");
  },
};

for (const [what, stream] of Object.entries(wrong))
  test(`a model that ${what} is caught`, async () => {
    const model: Model = { name: "wrong/model", stream };
    const open = async () => ({ model, request: { system: "", messages: [], tools: [] } });
    const held = await Promise.allSettled(Object.values(modelLaws).map((hold) => hold(open)));
    expect(held.some(({ status }) => status === "rejected")).toBe(true);
  });

test("a failure that is thrown, or has no name, is caught", async () => {
  const model: Model = { name: "right/model", stream: async function* () {} };
  const failures: readonly Model["stream"][] = [
    async function* (): AsyncGenerator<ModelPart> {
      yield part.text("a");
      throw new Error("down");
    },
    async function* () {
      yield { type: "error", message: "", code: "a/b", kind: "unavailable" };
    },
  ];
  for (const stream of failures) {
    const law = modelLaws["a failure is the last part, names its kind and code, and is never thrown"];
    const open = async () => ({ model, request: { system: "", messages: [], tools: [] }, broken: { name: "wrong/model", stream } });
    await expect(law?.(open)).rejects.toThrow();
  }
});
