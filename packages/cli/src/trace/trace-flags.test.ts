import { expect, test } from "vitest";
import { limitOf, stepOf } from "./trace-flags.ts";

const given = (values: { readonly [flag: string]: string }) => ({ operands: [], values, switches: new Set<string>() });

// Reaches limitMax.
test("no more is asked of the trace store at once than it gives", () => {
  expect([limitOf(given({})), limitOf(given({ limit: "10000" }))]).toEqual([20, 10_000]);
  for (const limit of ["10001", "0", "-1", "1.5", "many"])
    expect(() => limitOf(given({ limit })), limit).toThrow("--limit needs a whole number from 1 to 10000");
});

// Reaches stepsMax.
test("a step that no turn has is refused before anything is read", () => {
  expect([stepOf(given({}), "step", "last"), stepOf(given({ step: "100000" }), "step", "last")]).toEqual(["last", 100_000]);
  expect(() => stepOf(given({ step: "100001" }), "step", "last")).toThrow("--step needs a whole number from 0 to 100000");
});
