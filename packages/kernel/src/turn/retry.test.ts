import { expect, test } from "vitest";
import type { ModelError } from "../contracts/model.ts";
import { defaultRetryPolicy, type FailedAttempt, retryDelayMs } from "./retry.ts";

const error = (more: Partial<ModelError> = {}): ModelError => ({ type: "error", message: "no", code: "a/b", kind: "unavailable", ...more });
const delay = (failed: Partial<FailedAttempt>, random = 1) =>
  retryDelayMs(defaultRetryPolicy, { error: error(), attempt: 0, elapsedMs: 0, ...failed }, () => random);

test("only what may work later is tried again", () => {
  const kinds = ["unavailable", "limited", "invalid", "missing", "conflict", "denied", "cancelled", "defect"] as const;
  expect(kinds.filter((kind) => delay({ error: error({ kind }) }) !== undefined)).toEqual(["unavailable", "limited"]);
});

test("the ceiling doubles up to its limit, and the wait is anything below it", () => {
  expect([0, 1, 2, 6].map((attempt) => delay({ attempt }))).toEqual([1_000, 2_000, 4_000, 64_000]);
  expect(retryDelayMs({ ...defaultRetryPolicy, delayMsMax: 3_000 }, { error: error(), attempt: 6, elapsedMs: 0 }, () => 1)).toBe(3_000);
  expect(delay({ attempt: 2 }, 0.25)).toBe(1_000);
  expect(delay({}, 0)).toBe(0);
});

test("after eight attempts, or ten minutes, there is no other", () => {
  expect(delay({ attempt: 6 })).toBeDefined();
  expect(delay({ attempt: 7 })).toBeUndefined();
  expect(delay({ elapsedMs: 599_000 })).toBe(1_000);
  expect(delay({ elapsedMs: 599_001 })).toBeUndefined();
});

test("the provider's wish is the least wait, and one that reaches past the total is not waited for", () => {
  expect(delay({ error: error({ retryAfterMs: 30_000 }) })).toBe(30_000);
  expect(delay({ error: error({ retryAfterMs: 100 }) })).toBe(1_000);
  expect(delay({ error: error({ retryAfterMs: 600_001 }) })).toBeUndefined();
});
