import { expect, test } from "vitest";
import { ceilProcesses, mayCeil } from "./process-ceiling.ts";

test("only root, and only where the ceiling is a namespace's own, may set one: before Linux 6.14 it is the machine's", () => {
  expect(["6.14.0", "6.18.44-fc", "7.0.1"].map((kernel) => mayCeil(0, kernel))).toEqual([true, true, true]);
  expect(["6.13.9", "6.1.0-18-amd64", "5.15.0", "none"].map((kernel) => mayCeil(0, kernel))).toEqual([false, false, false, false]);
  expect([mayCeil(1_000, "6.18.0"), mayCeil(undefined, "6.18.0")]).toEqual([false, false]);
});

// Reaches looksMax.
test("for a process that makes no namespace, or is gone, nothing is done, and nobody waits long", async () => {
  await ceilProcesses(process.pid, 10);
  await ceilProcesses(2 ** 30, 10);
});
