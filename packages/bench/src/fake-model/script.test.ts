import { expect, test } from "vitest";
import { burstModel, deltasOf, pacedModel, readsModel, scriptOf, shortModel } from "./script.ts";

test("every model name that a workload makes is understood", () => {
  expect(scriptOf(burstModel(20_000))).toEqual({ kind: "burst", deltas: 20_000 });
  expect(scriptOf(pacedModel(200, 20))).toEqual({ kind: "paced", deltas: 200, everyMs: 20 });
  expect(scriptOf(readsModel(25, 2))).toEqual({ kind: "reads", steps: 25, readsPerStep: 2 });
  expect(scriptOf(shortModel)).toMatchObject({ kind: "burst" });
});

test("any other name is no script", () => {
  for (const name of ["", "gpt-4", "deltas-", "deltas-5x2", "paced-5", "tools-5"]) expect(scriptOf(name)).toBeUndefined();
});

test("a model that reads ends with as many deltas as the short one", () => {
  expect(deltasOf({ kind: "reads", steps: 2, readsPerStep: 2 })).toBe(deltasOf({ kind: "burst", deltas: 8 }));
});
