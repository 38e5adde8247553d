import { expect, test } from "vitest";
import { growthPerMinute, median } from "./slope.ts";

const second = 1_000;

test("what grows steadily is told by the minute, whatever single peaks there are", () => {
  const readings = Array.from({ length: 900 }, (_, at) => ({ atMs: at * second, value: 100 + at * 2 + (at % 50 === 0 ? 10_000 : 0) }));
  expect(growthPerMinute(readings)).toBeCloseTo(120, 0);
});

test("what goes up and down around one height does not grow", () => {
  const readings = Array.from({ length: 600 }, (_, at) => ({ atMs: at * second, value: 1_000 + Math.sin(at / 7) * 300 }));
  expect(Math.abs(growthPerMinute(readings))).toBeLessThan(10);
});

test("no reading is no growth", () => {
  expect([growthPerMinute([]), growthPerMinute([{ atMs: 0, value: 5 }]), median([])]).toEqual([0, 0, 0]);
});
