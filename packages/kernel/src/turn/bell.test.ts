import { expect, test } from "vitest";
import { Bell } from "./bell.ts";

test("a ring wakes the one who waits", async () => {
  const bell = new Bell();
  const waited = bell.wait();
  bell.ring();
  await waited;
});

test("a ring before the wait is kept, once", async () => {
  const bell = new Bell();
  bell.ring();
  bell.ring();
  await bell.wait();
  const second = await Promise.race([bell.wait().then(() => "woken"), new Promise((resolve) => setImmediate(() => resolve("waiting")))]);
  expect(second).toBe("waiting");
});
