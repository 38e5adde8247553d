import { modelRequest, part, ScriptedModel } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { exposition } from "./exposition.ts";
import { parseOpenMetrics, sampleOf } from "./open-metrics.fixture.ts";
import { modelsMax, outcomesMax, TurnNumbers } from "./turn-numbers.ts";

const ended = (model: string, reason = "stop") => ({
  conversationId: "c",
  model,
  reason,
  metrics: {
    turnId: "t",
    usage: { inputTokens: 100, outputTokens: 20, cacheReadTokens: 60 },
    durationMs: 1_500,
    steps: [
      { stepId: "s1", usage: { inputTokens: 0, outputTokens: 0 }, ttftMs: 200 },
      { stepId: "s2", usage: { inputTokens: 0, outputTokens: 0 } },
    ],
  },
});
const read = (numbers: TurnNumbers) => parseOpenMetrics(exposition(numbers.read()).text);

test("a turn counts by model and outcome, with its steps, tokens and times", () => {
  const numbers = new TurnNumbers(() => true);
  numbers.started("c");
  expect(sampleOf(read(numbers), "dispatch_running_turns")).toBe(1);
  numbers.ended(ended("a/b"));
  const families = read(numbers);
  expect(sampleOf(families, "dispatch_running_turns")).toBe(0);
  expect(sampleOf(families, "dispatch_turns_total", { model: "a/b", outcome: "stop" })).toBe(1);
  expect(sampleOf(families, "dispatch_steps_total", { model: "a/b" })).toBe(2);
  expect(sampleOf(families, "dispatch_tokens_total", { kind: "input" })).toBe(100);
  expect(sampleOf(families, "dispatch_tokens_total", { kind: "cache_read" })).toBe(60);
  expect(sampleOf(families, "dispatch_tokens_total", { kind: "cache_write" })).toBeUndefined();
  expect(sampleOf(families, "dispatch_turn_duration_seconds_sum")).toBe(1.5);
  expect(sampleOf(families, "dispatch_first_token_seconds_count")).toBe(1);
});

test("a turn that is gone without an end does not run for ever", () => {
  const active = new Set(["c1", "c2"]);
  const numbers = new TurnNumbers((id) => active.has(id));
  for (const id of active) numbers.started(id);
  active.delete("c1");
  expect(sampleOf(read(numbers), "dispatch_running_turns")).toBe(1);
});

test("models and outcomes without end are a bounded number of series, and no turn is lost", () => {
  const numbers = new TurnNumbers(() => true);
  for (let n = 0; n < 500; n++) numbers.ended(ended(`m/${n}`, `why-${n}`));
  const turns = read(numbers).find(({ name }) => name === "dispatch_turns");
  const valuesOf = (label: string) => new Set(turns?.samples.map(({ labels }) => labels[label])).size;
  expect([valuesOf("model"), valuesOf("outcome")]).toEqual([modelsMax + 1, outcomesMax + 1]);
  expect(turns?.samples.reduce((sum, { value }) => sum + value, 0)).toBe(500);
});

test("a model that is asked again for the same messages is a retry; a further step is none", async () => {
  const numbers = new TurnNumbers(() => true);
  const model = numbers.watch(new ScriptedModel([[part.text("one")], [part.text("two")], [part.text("three")]]), "a/b");
  const request = modelRequest();
  const { signal } = new AbortController();
  for (const asked of [request, { ...request }, { ...request, messages: [...request.messages] }])
    expect(await Array.fromAsync(model.stream(asked, signal))).not.toEqual([]);
  const families = read(numbers);
  expect(sampleOf(families, "dispatch_model_requests_total", { model: "a/b" })).toBe(3);
  expect(sampleOf(families, "dispatch_provider_retries_total", { model: "a/b" })).toBe(1);
});
