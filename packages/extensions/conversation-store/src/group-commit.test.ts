import { type Fault, fault, type Store, type Write } from "@dispatch/kernel";
import { FakeClock, MemoryStore } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { GroupCommit, type Member } from "./group-commit.ts";
import { TailRows } from "./tail-rows.ts";

function setUp() {
  const memory = new MemoryStore();
  const commits: (readonly Write[])[] = [];
  const refused = new Set<string>();
  const store: Store = {
    get: (key) => memory.get(key),
    scan: (range) => memory.scan(range),
    async commit(writes) {
      commits.push(writes);
      if (writes.some((write) => "put" in write && refused.has(write.put)))
        throw fault("unavailable", "store/unavailable", "The disk is full.");
      await memory.commit(writes);
    },
  };
  const clock = new FakeClock();
  return { group: new GroupCommit(store, new TailRows(store), clock), commits, refused, clock };
}

function member(key: string, told: string[]): Member {
  return {
    take: () => ({ conversationId: key, items: [], settled: false, writes: [{ put: key, value: 1 }] }),
    landed: () => told.push(`${key} landed`),
    failed: (why: Fault) => told.push(`${key} failed: ${why.code}`),
  };
}
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

test("what is staged in one tick is one commit", async () => {
  const { group, commits } = setUp();
  const told: string[] = [];
  group.enlist(member("a", told), "now");
  group.enlist(member("b", told), "now");
  group.enlist(member("c", told), "soon");
  await settle();
  expect(commits.map((writes) => writes.length)).toEqual([3]);
  expect(told).toEqual(["a landed", "b landed", "c landed"]);
});

// Reaches windowMsMax.
test("what may wait waits for the window, or for the first that may not", async () => {
  const { group, commits, clock } = setUp();
  const told: string[] = [];
  group.enlist(member("a", told), "soon");
  await clock.advance(5);
  expect(told).toEqual(["a landed"]);
  group.enlist(member("b", told), "soon");
  group.enlist(member("c", told), "now");
  await settle();
  expect(commits.map((writes) => writes.length)).toEqual([1, 2]);
});

test("one member's fault stays its own", async () => {
  const { group, refused, commits } = setUp();
  refused.add("b");
  const told: string[] = [];
  for (const key of ["a", "b", "c"]) group.enlist(member(key, told), "now");
  await settle();
  expect(told).toEqual(["a landed", "b failed: store/unavailable", "c landed"]);
  expect(commits.map((writes) => writes.length)).toEqual([3, 1, 1, 1]);
});

test("who has nothing to write lands without a commit, alone and beside one that has", async () => {
  const { group, commits } = setUp();
  const told: string[] = [];
  const empty: Member = { ...member("e", told), take: () => ({ conversationId: "e", items: [], settled: false, writes: [] }) };
  group.enlist(empty, "now");
  await settle();
  expect([told, commits]).toEqual([["e landed"], []]);
  group.enlist(empty, "now");
  group.enlist(member("a", told), "now");
  await settle();
  expect(told).toEqual(["e landed", "e landed", "a landed"]);
  expect(commits.map((writes) => writes.length)).toEqual([1]);
});

test("a member that enlists again while its commit is under way lands again, afterwards", async () => {
  const { group, commits } = setUp();
  const told: string[] = [];
  const again: Member = {
    ...member("a", told),
    landed() {
      told.push("a landed");
      if (told.length === 1) group.enlist(again, "now");
    },
  };
  group.enlist(again, "now");
  await settle();
  expect(told).toEqual(["a landed", "a landed"]);
  expect(commits).toHaveLength(2);
});

test("what a member staged behind a refused commit is never committed: something before it is missing", async () => {
  const { group, refused, commits } = setUp();
  refused.add("a");
  const told: string[] = [];
  const staging = member("a", told);
  const other: Member = {
    ...member("b", told),
    take() {
      // While the commit is under way.
      if (commits.length === 0) void Promise.resolve().then(() => group.enlist(staging, "now"));
      return member("b", told).take(0);
    },
  };
  group.enlist(staging, "now");
  group.enlist(other, "now");
  await settle();
  expect(told).toEqual(["a failed: store/unavailable", "b landed"]);
  expect(commits.map((writes) => writes.length)).toEqual([2, 1, 1]);
});
