import type { Store } from "@dispatch/kernel";
import { settingStore } from "@dispatch/setting-store";
import { MemoryStorage } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { ConversationMemory } from "./conversation-memory.ts";
import { percentSetting } from "./setting.ts";

async function open() {
  const store = await new MemoryStorage().open("compaction");
  const read: string[] = [];
  const counted: Store = {
    get: (key) => {
      if (key.startsWith("marks/")) read.push(key.slice("marks/".length));
      return store.get(key);
    },
    scan: (range) => store.scan(range),
    commit: (writes) => store.commit(writes),
  };
  return { read, memory: new ConversationMemory(counted, settingStore(store, "percent", percentSetting, { threshold: 80 })) };
}

// Reaches knownMax.
test("of the conversations that were used last nothing is read again; the one used longest ago is", async () => {
  const { read, memory } = await open();
  for (let n = 0; n < 512; n++) await memory.of(`c${n}`);
  await memory.of("c0");
  expect(read).toHaveLength(512);
  await memory.of("one-more");
  await memory.of("c0");
  expect(read.slice(512)).toEqual(["one-more"]);
  await memory.of("c1");
  expect(read.slice(512)).toEqual(["one-more", "c1"]);
});

// Reaches prunedMax.
test("of more outputs than are left out at most the newest stay left out", async () => {
  const { memory } = await open();
  const pruned = Array.from({ length: 5_003 }, (_, n) => `m${n}`);
  expect((await memory.mark("c", { pruned, carried: [] })).pruned).toEqual(pruned.slice(3));
  expect((await memory.of("c")).marks.pruned).toHaveLength(5_000);
});
