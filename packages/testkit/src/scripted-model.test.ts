import type { ModelRequest } from "@dispatch/kernel";
import { expect, test } from "vitest";
import { Gate } from "./gate.ts";
import { modelLaws } from "./model-laws.ts";
import { part, ScriptedModel } from "./scripted-model.ts";

const request: ModelRequest = { system: "", messages: [], tools: [] };
const never = new AbortController().signal;
const answer = [part.reasoning("hm"), part.text("Hello"), part.call("c1", "look", {}), part.usage(3, 2), part.finish("tool-calls")];

for (const [law, hold] of Object.entries(modelLaws))
  test(law, () =>
    hold(async () => ({
      model: new ScriptedModel([answer, answer, answer]),
      request,
      broken: new ScriptedModel([[part.text("Hel"), part.error("unavailable", "gone")]]),
    })),
  );

test("nothing is handed out that was not pulled", async () => {
  const model = new ScriptedModel([answer]);
  const stream = model.stream(request, never);
  await stream.next();
  expect([model.handedOut, model.open]).toEqual([1, 1]);
  await stream.return();
  expect(model.open).toBe(0);
});

test("a gate holds the stream until the test opens it", async () => {
  const gate = new Gate();
  const model = new ScriptedModel([[gate, part.text("late"), part.finish("stop")]]);
  const parts = Array.fromAsync(model.stream(request, never));
  await gate.reached;
  expect(model.handedOut).toBe(0);
  gate.open();
  expect(await parts).toHaveLength(2);
});

test("an abort at a gate ends the stream, but not that of a deaf model", async () => {
  const gate = new Gate();
  const stop = new AbortController();
  const script = [[gate, part.text("late"), part.finish("stop")]];
  const listening = Array.fromAsync(new ScriptedModel(script).stream(request, stop.signal));
  const deaf = Array.fromAsync(new ScriptedModel(script, { deaf: true }).stream(request, stop.signal));
  await gate.reached;
  stop.abort();
  expect((await listening).map(({ type }) => type)).toEqual(["error"]);
  gate.open();
  expect((await deaf).map(({ type }) => type)).toEqual(["text-delta", "finish"]);
});

test("asked once too often, it fails and says so", async () => {
  expect(await Array.fromAsync(new ScriptedModel([]).stream(request, never))).toMatchObject([{ type: "error", kind: "defect" }]);
});
