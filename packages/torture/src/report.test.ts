import { expect, test } from "vitest";
import { reportOf } from "./report.ts";

test("a report says what ran by kind, and ends with points and failures", () => {
  const report = reportOf({ crash: { points: 2_000, counts: { sigkill: 500, snapshot: 1_500 }, failures: [], seconds: 12.34 } }, 7, false);
  expect(report.split("\n")).toEqual([
    "crash            2,000 points    0 failures    12.3 s  sigkill 500, snapshot 1,500",
    "2000 points, 0 failures",
  ]);
});

test("a failure names its place and what tries it again", () => {
  const failures = [{ point: "before commit 7", why: "seq 3 is missing" }];
  const report = reportOf({ crash: { points: 1, failures, seconds: 1 } }, 7, true);
  expect(report).toContain("FAILED crash: before commit 7\n  seq 3 is missing");
  expect(report).toContain("bin/torture --only crash --quick --seed 7");
  expect(report.split("\n").at(-1)).toBe("1 points, 1 failures");
});
