import type { Store } from "@dispatch/kernel";
import { MemoryStorage } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { PolicyBook, policiesMax } from "./policy-book.ts";

async function open() {
  const store = await new MemoryStorage().open("policy");
  return new PolicyBook({ store, clock: { now: () => 5 }, defaults: { mode: "full", approval: "ask" }, workspaceOf: async () => "w" });
}

test("so many policies are at hand; of the others they are read again", async () => {
  const book = await open();
  for (let n = 0; n <= policiesMax; n++) await book.of(`c${n}`);
  expect([book.known("c0"), book.known("c1")?.mode]).toEqual([undefined, "full"]);
  expect((await book.of("c0")).mode).toBe("full");
});

test("a policy that is set while it is read does not come to be at hand as it was", async () => {
  const store = await new MemoryStorage().open("policy");
  const [read, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const slow: Store = {
    scan: (range) => store.scan(range),
    commit: (writes) => store.commit(writes),
    async get(key) {
      const value = await store.get(key);
      read.resolve();
      if (!isSet) await go.promise;
      return value;
    },
  };
  let isSet = false;
  const book = new PolicyBook({
    store: slow,
    clock: { now: () => 5 },
    defaults: { mode: "full", approval: "ask" },
    workspaceOf: async () => "w",
  });
  const reading = book.of("c");
  await read.promise;
  isSet = true;
  await book.set("conversation", "c", { mode: "read-only" }, "me");
  go.resolve();
  expect((await reading).mode).toBe("full");
  expect((await book.of("c")).mode).toBe("read-only");
});

test("rules that are added at once are all kept, each once, with an id of its own", async () => {
  const book = await open();
  const rule = (tool: string) => [{ effect: "allow", tool }] as const;
  await Promise.all([..."abcab"].map((tool) => book.add("always", "", rule(tool), "me")));
  expect((await book.server()).rules.map(({ id, tool }) => `${id} ${tool}`)).toEqual(["a1 a", "a2 b", "a3 c"]);
});
