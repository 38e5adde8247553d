import { modelRequest, part, ScriptedModel } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { CapturedPrompts } from "./captured-prompts.ts";

const { signal } = new AbortController();
const model = () => new ScriptedModel(Array.from({ length: 5 }, () => [part.text("x")]));

test("the requests of a running turn are kept until it ends; those outside of turns, and of warming, are not", async () => {
  const prompts = new CapturedPrompts();
  const watched = prompts.watch(model(), "c1");
  const ask = (more = {}) => Array.fromAsync(watched.stream({ ...modelRequest(), ...more }, signal));
  await ask();
  prompts.begin("c1");
  await ask();
  await ask({ outputTokensMax: 1 });
  expect(prompts.end("c1", 1)).toEqual([modelRequest().messages]);
  expect(prompts.end("c1", 1)).toEqual([]);
});

test("when it is not certain which request is whose, none is told", async () => {
  const prompts = new CapturedPrompts();
  prompts.begin("c1");
  await Array.fromAsync(prompts.watch(model(), "c1").stream(modelRequest(), signal));
  expect(prompts.end("c1", 2)).toEqual([]);
});

// Reaches requestsMax.
test("a turn of more requests than are remembered is told without any of them", async () => {
  const prompts = new CapturedPrompts();
  const asked = async (requests: number) => {
    prompts.begin("c1");
    const watched = prompts.watch({ name: "m", async *stream() {} }, "c1");
    for (let n = 0; n < requests; n++) await Array.fromAsync(watched.stream(modelRequest(), signal));
    return prompts.end("c1", requests).length;
  };
  expect([await asked(1_000), await asked(1_001)]).toEqual([1_000, 0]);
});

// Reaches conversationsMax.
test("of a thousand turns that run at once what models are asked is remembered, of one more it is not", async () => {
  const prompts = new CapturedPrompts();
  for (let n = 0; n < 1_001; n++) prompts.begin(`c${n}`);
  const ask = (id: string) => Array.fromAsync(prompts.watch(model(), id).stream(modelRequest(), signal));
  for (const id of ["c999", "c1000"]) await ask(id);
  expect([prompts.end("c999", 1).length, prompts.end("c1000", 1).length]).toEqual([1, 0]);
});
