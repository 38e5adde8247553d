import { Gate, part, type ScriptedLine, ScriptedModel } from "@dispatch/testkit";
import { expect, test } from "vitest";
import type { Model, ModelPart } from "../contracts/model.ts";
import { Bell } from "./bell.ts";
import { ModelStream } from "./model-stream.ts";

const request = { system: "", messages: [], tools: [] };
const settle = () => new Promise((resolve) => setImmediate(resolve));

function openStream(model: Model) {
  const bell = new Bell();
  const stream = new ModelStream(model, request, new AbortController().signal, () => bell.ring());
  const next = async (): Promise<ModelPart> => {
    for (;;) {
      const part = stream.take();
      if (part !== undefined) return part;
      stream.pull();
      await bell.wait();
    }
  };
  return { stream, next };
}
const lastOf = async (...lines: ScriptedLine[]): Promise<ModelPart> => {
  const { next } = openStream(new ScriptedModel([lines]));
  for (;;) {
    const part = await next();
    if (part.type === "finish" || part.type === "error") return part;
  }
};

test("a stream that just ends has failed, and so has one that finishes with an error", async () => {
  const cut = { type: "error", kind: "unavailable", code: "kernel/stream-cut" };
  expect(await lastOf(part.text("a"))).toMatchObject(cut);
  expect(await lastOf(part.text("a"), part.finish("error", "boom"))).toMatchObject(cut);
});

test("a model that throws has broken its contract", async () => {
  const defect = { type: "error", kind: "defect", code: "kernel/model-threw", message: "The model's adapter failed: oops" };
  expect(await lastOf(part.text("a"), new Error("oops"))).toEqual(defect);
  const throwing = (stream: Model["stream"]) => openStream({ name: "a/b", stream }).next();
  const oops = () => {
    throw new Error("oops");
  };
  expect(await throwing(oops)).toEqual(defect);
  expect(await throwing(() => ({ [Symbol.asyncIterator]: () => ({ next: oops }) }))).toEqual(defect);
});

test("one part is asked for at a time, however often the stream is pulled", async () => {
  const model = new ScriptedModel([[part.text("a"), part.text("b"), part.finish("stop")]]);
  const { stream } = openStream(model);
  for (let pull = 0; pull < 3; pull++) stream.pull();
  await settle();
  expect(model.handedOut).toBe(1);
});

test("closed before its end, the request ends; after its end, the model runs out by itself", async () => {
  const left = new Gate();
  const model = new ScriptedModel([
    [part.text("a"), part.text("b")],
    [part.finish("stop"), () => left.open()],
  ]);
  const early = openStream(model);
  await early.next();
  early.stream.close();
  await settle();
  expect(model.open).toBe(0);
  const whole = openStream(model);
  await whole.next();
  whole.stream.close();
  await left.pass();
  await settle();
  expect(model.open).toBe(0);
});
