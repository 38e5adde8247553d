import { expect, test } from "vitest";
import { intervalMsOf } from "./settings.ts";

// Reaches intervalMsMax.
test("an interval is whole seconds, at least one and at most a day", () => {
  expect([0, 0.5, 1.9, 240].map(intervalMsOf)).toEqual([1_000, 1_000, 1_000, 240_000]);
  expect([86_400, 86_401, Number.POSITIVE_INFINITY].map(intervalMsOf)).toEqual([86_400_000, 86_400_000, 86_400_000]);
});
