import type { Storage } from "@dispatch/kernel";
import { FaultInjector, storageLaws, storeLaws } from "@dispatch/testkit";
import { afterEach, describe, test } from "vitest";
import { openSqliteStorage } from "./index.ts";
import { tempFolder } from "./temp-folder.fixture.ts";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const inMemory = async (): Promise<Storage> => openSqliteStorage({ path: ":memory:", durability: "process" });
const onFile = async (): Promise<Storage> => {
  const folder = tempFolder();
  undo.push(() => folder[Symbol.dispose]());
  return openSqliteStorage({ path: folder.file("dispatch.db"), durability: "process" });
};
const injected = (open: () => Promise<Storage>) => async () => new FaultInjector(await open());

const kinds = {
  "in memory": inMemory,
  "on a file": onFile,
  "injected, in memory": injected(inMemory),
  "injected, on a file": injected(onFile),
};
for (const [kind, openStorage] of Object.entries(kinds)) {
  const open = async () => {
    const storage = await openStorage();
    undo.push(() => storage[Symbol.asyncDispose]());
    return storage;
  };
  describe(kind, () => {
    for (const [law, hold] of Object.entries(storageLaws)) test(`storage: ${law}`, () => hold(open));
    for (const [law, hold] of Object.entries(storeLaws)) test(`store: ${law}`, () => hold(async () => (await open()).open("laws")));
  });
}
