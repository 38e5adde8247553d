import { fault, refuse, say } from "@dispatch/kernel";
import { FakeClock } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { exposition } from "./exposition.ts";
import { parseOpenMetrics, sampleOf } from "./open-metrics.fixture.ts";
import { ToolNumbers } from "./tool-numbers.ts";

test("each call counts by how it ended and keeps its outcome, and its time is a histogram", async () => {
  const clock = new FakeClock();
  const numbers = new ToolNumbers(clock);
  const answer = say("yes");
  expect(
    await numbers.watch("grep", async () => {
      await clock.advance(2_000);
      return answer;
    }),
  ).toBe(answer);
  await numbers.watch("grep", async () => refuse("no"));
  const broken = new Error("broken");
  await expect(numbers.watch("grep", () => Promise.reject(broken))).rejects.toBe(broken);
  await expect(numbers.watch("grep", () => Promise.reject(fault("cancelled", "a/b", "stopped")))).rejects.toMatchObject({ code: "a/b" });
  const families = parseOpenMetrics(exposition(numbers.read()).text);
  for (const outcome of ["ok", "refused", "error", "cancelled"])
    expect(sampleOf(families, "dispatch_tool_calls_total", { tool: "grep", outcome }), outcome).toBe(1);
  expect(sampleOf(families, "dispatch_tool_call_duration_seconds_sum", { tool: "grep" })).toBe(2);
  expect(sampleOf(families, "dispatch_tool_call_duration_seconds_bucket", { le: "1.0" })).toBe(3);
});

// Reaches toolsMax, valueCharsMax.
test("tools beyond a number, and those with endless names, are counted together", async () => {
  const numbers = new ToolNumbers(new FakeClock());
  const call = (name: string) => numbers.watch(name, async () => say("yes"));
  const long = "n".repeat(120);
  for (const name of [long, `${long}n`, ...Array.from({ length: 61 }, (_, n) => `tool-${n}`)]) await call(name);
  const [counted] = numbers.read();
  const tools = (counted?.samples ?? []).map((sample) => [sample.labels?.tool, "value" in sample ? sample.value : undefined]);
  expect(tools).toHaveLength(61);
  expect(tools).toContainEqual([long, 1]);
  expect(tools).toContainEqual(["tool-58", 1]);
  expect(tools).toContainEqual(["other", 3]);
});
