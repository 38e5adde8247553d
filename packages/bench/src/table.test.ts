import { expect, test } from "vitest";
import { meets } from "./finding.ts";
import { table } from "./table.ts";

test("a table aligns its columns and says whether each aim is met", () => {
  const text = table([
    {
      workload: "W1",
      what: "added",
      unit: "ms",
      floor: 0.5123,
      streamText: 5,
      dispatch: 4.321,
      measured: 0.8642,
      measuredUnit: "×",
      aim: { atMost: 1 },
    },
    {
      workload: "W2",
      what: "rate",
      unit: "/s",
      dispatch: 61_234.5,
      measured: 1.2,
      measuredUnit: "×",
      aim: { atLeast: 1.5 },
      note: "two rounds",
    },
  ]);
  expect(text.split("\n")).toEqual([
    "    what      floor  streamText   dispatch  measured      aim",
    "W1  added  0.512 ms        5 ms    4.32 ms   0.864 ×    ≤ 1 ×     ok",
    "W2  rate          –           –  61,235 /s     1.2 ×  ≥ 1.5 ×  short",
    "",
    "W2 rate: two rounds",
  ]);
});

test("an aim that was hit exactly is met, and what was not measured is not", () => {
  expect(meets(1, { atMost: 1 })).toBe(true);
  expect(meets(1, { atLeast: 1 })).toBe(true);
  expect(meets(1.01, { atMost: 1 })).toBe(false);
  expect(meets(Number.NaN, { atMost: 1 })).toBe(false);
  expect(meets(Number.NaN, { atLeast: 1 })).toBe(false);
});
