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
