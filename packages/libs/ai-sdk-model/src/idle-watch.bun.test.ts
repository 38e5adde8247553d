import { expect, test } from "vitest";
import { IdleWatch } from "./idle-watch.ts";

test("silence calls once, when it is as long as the limit", async () => {
  const startedAt = performance.now();
  await new Promise<void>((resolve) => new IdleWatch(30, resolve));
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(29);
});

test("the limit counts from what was noted last, not from the start", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const watch = new IdleWatch(40, resolve);
  const notedAt = performance.now() + 30;
  watch.note(notedAt);
  await promise;
  expect(performance.now() - notedAt).toBeGreaterThanOrEqual(39);
});

test("one that is disposed never calls, also while it was postponed without end", async () => {
  let calls = 0;
  const ended = new IdleWatch(5, () => (calls += 1));
  const postponed = new IdleWatch(5, () => (calls += 1));
  ended[Symbol.dispose]();
  postponed.note(Number.POSITIVE_INFINITY);
  await new Promise<void>((resolve) => new IdleWatch(30, resolve));
  postponed[Symbol.dispose]();
  expect(calls).toBe(0);
});
