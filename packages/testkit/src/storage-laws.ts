import assert from "node:assert/strict";
import type { Storage } from "@dispatch/kernel";
import { assertRefused } from "./assert-refused.ts";
import type { Laws } from "./laws.ts";

/** What every Storage must do. `open` gives an empty one each time; the law closes it. */
export const storageLaws: Laws<Storage> = {
  "owners do not see each other": async (open) => {
    await using storage = await open();
    const [one, other] = [await storage.open("one"), await storage.open("other")];
    await one.commit([{ put: "k", value: 1 }]);
    await other.commit([
      { put: "k", value: 2 },
      { put: "only-here", value: 3 },
    ]);
    await one.commit([{ remove: "only-here" }, { check: "only-here", is: undefined }]);
    assert.deepEqual(await Array.fromAsync(one.scan({ prefix: "" })), [{ key: "k", value: 1 }]);
    assert.deepEqual(await Array.fromAsync(other.scan({ prefix: "", order: "descending" })), [
      { key: "only-here", value: 3 },
      { key: "k", value: 2 },
    ]);
  },
  "an owner that is opened twice has the same data": async (open) => {
    await using storage = await open();
    const [first, second] = await Promise.all([storage.open("one"), storage.open("one")]);
    await first.commit([{ put: "k", value: 1 }]);
    await assertRefused(second.commit([{ check: "k", is: undefined }]), "conflict", "store/conflict");
    await second.commit([
      { check: "k", is: 1 },
      { put: "k", value: 2 },
    ]);
    assert.equal(await first.get("k"), 2);
    assert.equal(await (await storage.open("one")).get("k"), 2);
  },
  "an owner's name is only a name": async (open) => {
    await using storage = await open();
    const owners = [
      "a",
      "A",
      "a-b",
      "a_b",
      "a%",
      "one",
      "on",
      "one'",
      'one"; DROP TABLE entry; --',
      "entry",
      "sqlite_master",
      "..",
      "a/b",
      "é",
      "",
    ];
    for (const owner of owners) await (await storage.open(owner)).commit([{ put: "whose", value: owner }]);
    for (const owner of owners) {
      const store = await storage.open(owner);
      assert.deepEqual(await Array.fromAsync(store.scan({ prefix: "" })), [{ key: "whose", value: owner }]);
    }
  },
  "commits of different owners at once all land": async (open) => {
    await using storage = await open();
    const stores = await Promise.all(Array.from({ length: 20 }, (_, n) => storage.open(`owner-${n}`)));
    await Promise.all(stores.flatMap((store, n) => [store.commit([{ put: "n", value: n }]), store.commit([{ put: "m", value: 100 + n }])]));
    for (const [n, store] of stores.entries()) assert.deepEqual([await store.get("n"), await store.get("m")], [n, 100 + n]);
  },
  "a closed storage refuses, and so do its stores": async (open) => {
    const storage = await open();
    const store = await storage.open("one");
    await store.commit([{ put: "k", value: 1 }]);
    await storage[Symbol.asyncDispose]();
    const attempts = [
      () => storage.open("one"),
      () => store.get("k"),
      () => Array.fromAsync(store.scan({ prefix: "" })),
      () => store.commit([{ put: "k", value: 2 }]),
    ];
    for (const attempt of attempts) await assertRefused(attempt(), "unavailable", "store/unavailable");
  },
  "a scan that is under way when the storage closes ends with a fault or its rows, never with fewer": async (open) => {
    const storage = await open();
    const store = await storage.open("one");
    await store.commit(Array.from({ length: 2_000 }, (_, n) => ({ put: `k${n}`, value: n })));
    const scan = store.scan({ prefix: "k" })[Symbol.asyncIterator]();
    await scan.next();
    await storage[Symbol.asyncDispose]();
    const rest = async () => {
      let count = 1;
      while ((await scan.next()).done !== true) count += 1;
      return count;
    };
    const outcome = await rest().catch((fault: unknown) => fault);
    if (outcome !== 2_000) await assertRefused(Promise.reject(outcome), "unavailable", "store/unavailable");
  },
  "closing twice is closing once": async (open) => {
    const storage = await open();
    await storage[Symbol.asyncDispose]();
    await storage[Symbol.asyncDispose]();
  },
};
