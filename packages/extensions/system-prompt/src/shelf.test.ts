import { FakeClock, MemoryStore, RecordingLog } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { Shelf } from "./shelf.ts";

function setUp() {
  const store = new MemoryStore();
  const clock = new FakeClock(0);
  const log = new RecordingLog();
  let commits = 0;
  const { commit } = store;
  store.commit = (writes) => {
    commits++;
    return commit.call(store, writes);
  };
  return { store, clock, log, shelf: new Shelf(store, clock, log), commits: () => commits, commit };
}

test("what is fresh is known at once, and stored soon, many in one commit", async () => {
  const { store, clock, shelf, commits } = setUp();
  for (const key of ["a", "b", "c"]) shelf.put(key, `value of ${key}`);
  expect([await shelf.get("b"), await store.get("b"), await shelf.get("d")]).toEqual(["value of b", undefined, undefined]);
  await clock.untilSleeping(1);
  await clock.advance(50);
  await expect.poll(() => store.get("c")).toBe("value of c");
  expect(commits()).toBe(1);
  shelf.put("a", "later");
  expect(await shelf.get("a")).toBe("later");
});

test("the end stores what is left at once", async () => {
  const { store, shelf } = setUp();
  shelf.put("a", 1);
  await shelf[Symbol.asyncDispose]();
  expect(await store.get("a")).toBe(1);
});

test("what cannot be stored stays known and is stored with the next", async () => {
  const { store, shelf, log, commit } = setUp();
  store.commit = () => Promise.reject(new Error("the disk is full"));
  shelf.put("a", 1);
  await shelf[Symbol.asyncDispose]();
  expect(log.told("prompts-not-stored")).toHaveLength(1);
  expect(await shelf.get("a")).toBe(1);
  store.commit = commit;
  shelf.put("b", 2);
  await shelf[Symbol.asyncDispose]();
  expect([await store.get("a"), await store.get("b")]).toEqual([1, 2]);
});

// Reaches freshMax.
test("no more wait than are bounded, the oldest go", async () => {
  const { shelf } = setUp();
  for (let n = 0; n <= 2_000; n++) shelf.put(String(n), n);
  expect([await shelf.get("0"), await shelf.get("1"), await shelf.get("2000")]).toEqual([undefined, 1, 2_000]);
});
