import assert from "node:assert/strict";
import type { Model, ModelPart, ModelRequest } from "@dispatch/kernel";
import type { Laws } from "./laws.ts";

export interface ModelUnderTest {
  readonly model: Model;
  /** A request that the model answers with at least one piece of text, reasoning or a call. */
  readonly request: ModelRequest;
  /** The same kind of model with another side that fails; absent when it has no other side. */
  readonly broken?: Model;
}

/** What every Model must do, whoever is behind it. */
export const modelLaws: Laws<ModelUnderTest> = {
  "an answer ends with exactly one finish, and it is the last part": async (open) => {
    const { model, request } = await open();
    const parts = await all(model, request);
    assert.deepEqual(parts.filter(isEnd), parts.slice(-1));
    assert.equal(parts.at(-1)?.type, "finish");
    assert.ok(parts.some(isContent), "the answer has no content");
  },
  "usage, when told, is a whole number of tokens and no more is cached than was read": async (open) => {
    const { model, request } = await open();
    for (const part of await all(model, request)) {
      if (part.type !== "usage") continue;
      for (const count of Object.values(part.usage)) assert.ok(Number.isInteger(count) && count >= 0);
      assert.ok((part.usage.cacheReadTokens ?? 0) <= part.usage.inputTokens);
    }
  },
  "a request is left as it was": async (open) => {
    const { model, request } = await open();
    const before = structuredClone(request);
    await all(model, request);
    assert.deepEqual(request, before);
  },
  "an abort in the middle ends the stream with an error part, and throws nothing": async (open) => {
    const { model, request } = await open();
    const stop = new AbortController();
    const parts: ModelPart[] = [];
    for await (const part of model.stream(request, stop.signal)) {
      parts.push(part);
      stop.abort();
    }
    assert.deepEqual(parts.filter(isEnd), parts.slice(-1));
    if (!parts.slice(0, 1).some(isEnd)) assert.equal(parts.at(-1)?.type, "error");
  },
  "a signal that has aborted already gives no content": async (open) => {
    const { model, request } = await open();
    const parts = await all(model, request, AbortSignal.abort());
    assert.deepEqual(
      parts.map((part) => part.type),
      ["error"],
    );
  },
  "a consumer that stops early harms nobody: the next request is answered whole": async (open) => {
    const { model, request } = await open();
    for await (const _ of model.stream(request, new AbortController().signal)) break;
    assert.equal((await all(model, request)).at(-1)?.type, "finish");
  },
  "two streams of one model do not mix": async (open) => {
    const { model, request } = await open();
    const both = await Promise.all([all(model, request), all(model, request)]);
    for (const parts of both) assert.deepEqual(parts.filter(isEnd), parts.slice(-1));
  },
  "a failure is the last part, names its kind and code, and is never thrown": async (open) => {
    const { broken, request } = await open();
    if (broken === undefined) return;
    const parts = await all(broken, request);
    const last = parts.at(-1);
    assert.deepEqual(parts.filter(isEnd), parts.slice(-1));
    assert.ok(last?.type === "error" && last.message !== "" && /^[^/]+\/.+$/.test(last.code));
  },
};

const isEnd = (part: ModelPart): boolean => part.type === "finish" || part.type === "error";
const isContent = (part: ModelPart): boolean => part.type === "text-delta" || part.type === "reasoning-delta" || part.type === "tool-call";

const all = (model: Model, request: ModelRequest, signal = new AbortController().signal): Promise<ModelPart[]> =>
  Array.fromAsync(model.stream(request, signal));
