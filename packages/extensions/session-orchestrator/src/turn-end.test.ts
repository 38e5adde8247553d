import { expect, test } from "vitest";
import { endOf } from "./turn-end.ts";

// Reaches resumesMax.
test("a turn that its process did not survive three times is not taken up a fourth time, and its log says so", () => {
  for (const resumes of [0, 1, 2]) expect(endOf(resumes, false, undefined)).toBeUndefined();
  expect(endOf(3, false, undefined)).toEqual({
    reason: "error",
    mark: expect.objectContaining({ code: "session-orchestrator/interrupted", message: expect.stringContaining("stopped 4 times") }),
  });
});
