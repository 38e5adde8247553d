import type { ToolOutput } from "@dispatch/kernel";
import { FakeClock } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { Coalescer } from "./coalescer.ts";

function open() {
  const clock = new FakeClock();
  const emitted: ToolOutput[] = [];
  return { clock, emitted, coalescer: new Coalescer(clock, (output) => void emitted.push(output)) };
}

test("small writes go out together after a moment", async () => {
  const { clock, emitted, coalescer } = open();
  for (const data of ["a", "b", "", "c"]) coalescer.push({ stream: "stdout", data });
  await clock.advance(19);
  expect(emitted).toEqual([]);
  await clock.advance(1);
  expect(emitted).toEqual([{ stream: "stdout", data: "abc" }]);
});

test("what comes later waits its own moment", async () => {
  const { clock, emitted, coalescer } = open();
  coalescer.push({ stream: "stdout", data: "a" });
  await clock.advance(20);
  await clock.advance(15);
  coalescer.push({ stream: "stdout", data: "b" });
  await clock.advance(19);
  expect(emitted).toHaveLength(1);
  await clock.advance(1);
  expect(emitted[1]).toEqual({ stream: "stdout", data: "b" });
});

// Reaches pendingCharsMax.
test("much goes out at once, and nobody keeps waiting", async () => {
  const { clock, emitted, coalescer } = open();
  coalescer.push({ stream: "stdout", data: "a" });
  coalescer.push({ stream: "stdout", data: "b".repeat(8 * 1024) });
  expect(emitted).toEqual([{ stream: "stdout", data: `a${"b".repeat(8 * 1024)}` }]);
  expect(clock.sleeping).toBe(0);
});

test("a flood of one-byte writes on both streams is few events", async () => {
  const { emitted, coalescer } = open();
  for (let i = 0; i < 100_000; i++) coalescer.push({ stream: i % 2 === 0 ? "stdout" : "stderr", data: "x" });
  coalescer.flush();
  expect(emitted.length).toBeLessThanOrEqual(2 * Math.ceil(100_000 / 8_192));
  expect(emitted.reduce((sum, { data }) => sum + data.length, 0)).toBe(100_000);
});

test("the stream that wrote first goes out first", () => {
  const { emitted, coalescer } = open();
  coalescer.push({ stream: "stderr", data: "1" });
  coalescer.push({ stream: "stdout", data: "2" });
  coalescer.push({ stream: "stderr", data: "3" });
  coalescer.flush();
  expect(emitted).toEqual([
    { stream: "stderr", data: "13" },
    { stream: "stdout", data: "2" },
  ]);
});

test("a flush leaves nothing to come", async () => {
  const { clock, emitted, coalescer } = open();
  coalescer.push({ stream: "stdout", data: "a" });
  coalescer.flush();
  coalescer.flush();
  expect([emitted.length, clock.sleeping]).toEqual([1, 0]);
  await clock.advance(1_000);
  expect(emitted).toHaveLength(1);
});
