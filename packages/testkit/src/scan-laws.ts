import assert from "node:assert/strict";
import type { Json, Range, Store } from "@dispatch/kernel";
import { assertRefused } from "./assert-refused.ts";
import type { Laws } from "./laws.ts";

/** The laws of `Store.scan`; a part of `storeLaws`. */
export const scanLaws: Laws<Store> = {
  "a scan runs in byte order, either way": async (open) => {
    const store = await open();
    const keys = [...strangeKeys].sort();
    await store.commit([...strangeKeys].reverse().map((put) => ({ put, value: put })));
    assert.deepEqual(await scanned(store, { prefix: "" }), keys);
    assert.deepEqual(await scanned(store, { prefix: "", order: "descending" }), keys.toReversed());
  },
  "a scan gives every key that begins with its prefix and no other": async (open) => {
    const store = await open();
    await store.commit(strangeKeys.map((put) => ({ put, value: put })));
    const prefixes = [
      "",
      " ",
      "~",
      "a",
      "A",
      "a/",
      "a/b",
      "a/b/",
      "a%",
      "a_",
      "a*",
      "a[",
      "a'",
      'a"',
      "a\\",
      "a~",
      "absent",
      "é",
      "a\u0000",
      "\ud800",
    ];
    for (const prefix of prefixes) {
      const keys = strangeKeys.filter((key) => key.startsWith(prefix)).sort();
      assert.deepEqual(await scanned(store, { prefix }), keys);
      assert.deepEqual(await scanned(store, { prefix, order: "descending" }), keys.toReversed());
    }
  },
  "a scan resumes past its key, whether or not the key is there": async (open) => {
    const store = await open();
    await store.commit(["a", "b", "b!", "b/1", "c", "d"].map((put) => ({ put, value: put })));
    assert.deepEqual(await scanned(store, { prefix: "", after: "b" }), ["b!", "b/1", "c", "d"]);
    assert.deepEqual(await scanned(store, { prefix: "", after: "b/0" }), ["b/1", "c", "d"]);
    assert.deepEqual(await scanned(store, { prefix: "b", after: "b" }), ["b!", "b/1"]);
    assert.deepEqual(await scanned(store, { prefix: "c", after: "a" }), ["c"]);
    assert.deepEqual(await scanned(store, { prefix: "a", after: "b" }), []);
    assert.deepEqual(await scanned(store, { prefix: "", after: "" }), ["a", "b", "b!", "b/1", "c", "d"]);
  },
  "a descending scan resumes below its key": async (open) => {
    const store = await open();
    await store.commit(["a", "b", "c", "d"].map((put) => ({ put, value: put })));
    assert.deepEqual(await rows(store, { prefix: "", after: "b", order: "descending" }), [entry("a", "a")]);
    assert.deepEqual(await scanned(store, { prefix: "b", after: "d", order: "descending" }), ["b"]);
    assert.deepEqual(await scanned(store, { prefix: "c", after: "b", order: "descending" }), []);
    assert.deepEqual(await scanned(store, { prefix: "", after: "", order: "descending" }), []);
  },
  "pages of any size join to the whole": async (open) => {
    const store = await open();
    const keys = Array.from({ length: 600 }, (_, n) => `p/${String(n).padStart(3, "0")}`);
    await store.commit(keys.map((put) => ({ put, value: null })));
    for (const order of ["ascending", "descending"] as const) {
      for (const limit of [1, 7, 256, 599, 600, 601, Infinity]) {
        const joined: string[] = [];
        for (let page = await scanned(store, { prefix: "p/", limit, order }); page.length > 0; ) {
          assert.equal(page.length, Math.min(limit, keys.length - joined.length));
          joined.push(...page);
          page = await scanned(store, { prefix: "p/", limit, order, after: page.at(-1) ?? "" });
        }
        assert.deepEqual(joined, order === "ascending" ? keys : keys.toReversed());
      }
    }
  },
  "a limit below one is refused": async (open) => {
    const store = await open();
    for (const limit of [0, -1, 1.5, Number.NaN]) await assertRefused(scanned(store, { prefix: "", limit }), "invalid", "store/bad-range");
  },
  "a scan that is left early leaves nothing open": async (open) => {
    const store = await open();
    await store.commit(["a", "b", "c"].map((put) => ({ put, value: put })));
    for await (const { key } of store.scan({ prefix: "" })) {
      await store.commit([{ put: "b", value: key }]);
      break;
    }
    assert.equal(await store.get("b"), "a");
  },
  "a scan goes on while others write: every key that stays is seen once, in order": async (open) => {
    const store = await open();
    const keys = Array.from({ length: 1_000 }, (_, n) => `k${String(n).padStart(4, "0")}`);
    await store.commit(keys.map((put) => ({ put, value: 0 })));
    const seen: string[] = [];
    for await (const { key } of store.scan({ prefix: "k" })) {
      if (seen.length % 50 === 0)
        await store.commit([
          { put: `${key}+`, value: 1 },
          { put: `a${key}`, value: 1 },
          { put: key, value: 2 },
        ]);
      seen.push(key);
    }
    assert.deepEqual(seen, [...new Set(seen)].sort());
    assert.deepEqual(
      seen.filter((key) => !key.endsWith("+")),
      keys,
    );
  },
  "two scans at once do not disturb each other": async (open) => {
    const store = await open();
    const keys = Array.from({ length: 700 }, (_, n) => `k${String(n).padStart(3, "0")}`);
    await store.commit(keys.map((put) => ({ put, value: put })));
    const both = await Promise.all([scanned(store, { prefix: "k" }), scanned(store, { prefix: "k", order: "descending" })]);
    assert.deepEqual(both, [keys, keys.toReversed()]);
  },
};

const entry = (key: string, value: Json) => ({ key, value });
const rows = (store: Store, range: Range) => Array.fromAsync(store.scan(range));
const scanned = async (store: Store, range: Range) => (await rows(store, range)).map(({ key }) => key);

/** Keys that a backend with `LIKE`, `GLOB`, a case-blind order or a careless quote would mix up. */
const strangeKeys = [
  " ",
  "!",
  "~",
  "~~",
  "A",
  "AB",
  "B",
  "a",
  "aA",
  "aa",
  "ab",
  "a b",
  "a!",
  "a'",
  'a"',
  "a\\",
  "a%",
  "a%b",
  "a_",
  "a_b",
  "a*",
  "a?",
  "a[b]",
  "a/",
  "a/b",
  "a/b/",
  "a/b/c",
  "a/bc",
  "a/B",
  "a0",
  "a00",
  "a10",
  "a2",
  "a~",
  "a~b",
  "b",
  "b/",
  "zebra",
];
