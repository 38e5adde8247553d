import { expect, test } from "vitest";
import { sandboxChecks } from "./sandbox-check.ts";

const signal = new AbortController().signal;

test("a sandbox that works is told with its version", async () => {
  const checks = await sandboxChecks(async () => ({ available: true, program: "/usr/bin/bwrap", version: "0.8.0" })).run(signal);
  expect(checks).toEqual([{ id: "sandbox", status: "ok", detail: "Commands of models are confined by bubblewrap 0.8.0." }]);
});

test("without one, doctor says why, and what to do", async () => {
  const checks = await sandboxChecks(async () => ({ available: false, reason: "it is not there", hint: "Install it." })).run(signal);
  expect(checks).toEqual([
    { id: "sandbox", status: "warn", detail: expect.stringContaining("allowed by a person: it is not there."), hint: "Install it." },
  ]);
});
