import assert from "node:assert/strict";
import { type Json, type Range, type Store, storeKeyBytesMax, type Write } from "@dispatch/kernel";
import { assertRefused } from "./assert-refused.ts";
import type { Laws } from "./laws.ts";
import { scanLaws } from "./scan-laws.ts";

/** What every Store must do. `open` gives an empty one each time. */
export const storeLaws: Laws<Store> = {
  ...scanLaws,
  "what was put is got, and what was removed is not": async (open) => {
    const store = await open();
    assert.equal(await store.get("a"), undefined);
    await store.commit([{ put: "a", value: { n: 1 } }]);
    assert.deepEqual(await store.get("a"), { n: 1 });
    await store.commit([{ put: "a", value: 2 }]);
    assert.equal(await store.get("a"), 2);
    await store.commit([{ remove: "a" }, { remove: "never-there" }]);
    assert.equal(await store.get("a"), undefined);
    assert.deepEqual(await rows(store), []);
  },
  "a value comes back as it went in": async (open) => {
    const store = await open();
    for (const [index, value] of values.entries()) {
      await store.commit([{ put: `v${index}`, value }]);
      assert.deepEqual(await store.get(`v${index}`), value);
    }
    const scanned = new Map((await rows(store, { prefix: "v" })).map(({ key, value }) => [key, value]));
    for (const [index, value] of values.entries()) assert.deepEqual(scanned.get(`v${index}`), value);
  },
  "a value of 5 MB comes back": async (open) => {
    const store = await open();
    const value = { text: "é\u0000\ud800 ".repeat(1_250_000) };
    await store.commit([{ put: "large", value }]);
    const got = await store.get("large");
    assert.ok(typeof got === "object" && got !== null && "text" in got && got.text === value.text);
  },
  "what is stored is a copy: neither the writer nor a reader can change it": async (open) => {
    const store = await open();
    const value = { list: [1] };
    await store.commit([{ put: "a", value }]);
    value.list.push(2);
    const got = (await store.get("a")) as { list: number[] };
    got.list.push(3);
    assert.deepEqual(await store.get("a"), { list: [1] });
  },
  "what is not JSON is refused and leaves nothing behind": async (open) => {
    const store = await open();
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    for (const value of [undefined, () => 1, 1n, cycle]) {
      const write = { put: "b", value: value as unknown as Json };
      await assertRefused(store.commit([{ put: "a", value: 1 }, write]), "invalid", "store/bad-value");
    }
    assert.deepEqual(await rows(store), []);
  },
  "a commit of nothing is fine": async (open) => {
    const store = await open();
    await store.commit([]);
    assert.deepEqual(await rows(store), []);
  },
  "writes apply in their order": async (open) => {
    const store = await open();
    await store.commit([{ put: "a", value: 1 }, { remove: "a" }, { put: "b", value: 1 }, { put: "b", value: 2 }]);
    await store.commit([{ remove: "c" }, { put: "c", value: 3 }]);
    assert.deepEqual(await rows(store), [entry("b", 2), entry("c", 3)]);
  },
  "a refused commit leaves nothing behind": async (open) => {
    const store = await open();
    await store.commit([{ put: "a", value: 1 }]);
    const refused = store.commit([{ put: "b", value: 2 }, { remove: "a" }, { check: "a", is: undefined }, { put: "a", value: 3 }]);
    await assertRefused(refused, "conflict", "store/conflict");
    assert.deepEqual(await rows(store), [entry("a", 1)]);
    await store.commit([{ put: "b", value: 2 }]);
    assert.deepEqual(await rows(store), [entry("a", 1), entry("b", 2)]);
  },
  "a check sees the state before the commit": async (open) => {
    const store = await open();
    await store.commit([{ put: "a", value: 1 }]);
    await store.commit([{ put: "a", value: 2 }, { check: "a", is: 1 }, { remove: "a" }, { check: "a", is: 1 }]);
    assert.equal(await store.get("a"), undefined);
    await store.commit([
      { put: "b", value: 1 },
      { check: "b", is: undefined },
    ]);
    assert.equal(await store.get("b"), 1);
  },
  "a check compares JSON values, whatever the order of their keys": async (open) => {
    const store = await open();
    await store.commit([{ put: "a", value: { x: 1, y: [null, { p: 1, q: 2 }] } }]);
    await store.commit([{ check: "a", is: { y: [null, { q: 2, p: 1 }], x: 1 } }]);
    for (const is of [{ x: 1 }, { x: 1, y: [{ p: 1, q: 2 }, null] }, null, undefined, '{"x":1}'])
      await assertRefused(store.commit([{ check: "a", is }]), "conflict", "store/conflict");
  },
  "a check tells null, false, zero, the empty string and absence apart": async (open) => {
    const store = await open();
    const blanks = [null, false, 0, "", [], {}] as const;
    for (const [index, value] of blanks.entries()) await store.commit([{ put: `k${index}`, value }]);
    for (const held of [...blanks.keys(), undefined]) {
      for (const asked of [...blanks.keys(), undefined]) {
        const check: Write = { check: `k${held ?? "-absent"}`, is: asked === undefined ? undefined : blanks[asked] };
        if (held === asked) await store.commit([check]);
        else await assertRefused(store.commit([check]), "conflict", "store/conflict");
      }
    }
  },
  "a conflict names its key": async (open) => {
    const store = await open();
    const refused = await assertRefused(store.commit([{ check: "a/b", is: 1 }]), "conflict", "store/conflict");
    assert.deepEqual(refused.data, { key: "a/b" });
  },
  "of commits at once that expect the same state, one lands": async (open) => {
    const store = await open();
    const writers = Array.from({ length: 20 }, (_, writer) =>
      store.commit([
        { check: "seat", is: undefined },
        { put: "seat", value: writer },
      ]),
    );
    const outcomes = await Promise.allSettled(writers);
    const landed = outcomes.flatMap(({ status }, writer) => (status === "fulfilled" ? [writer] : []));
    assert.deepEqual(landed, [await store.get("seat")]);
  },
  "commits at once apply as if one after another, in the order of their calls": async (open) => {
    const store = await open();
    await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        store.commit([
          { put: "last", value: n },
          { put: `n${n}`, value: n },
        ]),
      ),
    );
    assert.equal(await store.get("last"), 49);
    assert.equal((await rows(store, { prefix: "n" })).length, 50);
  },
  "10,000 writes land in one commit": async (open) => {
    const store = await open();
    await store.commit(Array.from({ length: 10_000 }, (_, n) => ({ put: `row/${String(n).padStart(5, "0")}`, value: n })));
    const all = await rows(store, { prefix: "row/" });
    assert.deepEqual(
      all.map(({ value }) => value),
      Array.from({ length: 10_000 }, (_, n) => n),
    );
    await store.commit(all.map(({ key }) => ({ remove: key })));
    assert.deepEqual(await rows(store), []);
  },
  "a key is 1 to 512 printable ASCII characters": async (open) => {
    const store = await open();
    const longest = "k".repeat(storeKeyBytesMax);
    await store.commit([
      { put: longest, value: 1 },
      { put: " ", value: 2 },
      { put: "~", value: 3 },
    ]);
    assert.deepEqual(await scanned(store, { prefix: "" }), [" ", longest, "~"]);
    for (const key of ["", `${longest}k`, "é", "a\nb", "a\u0000", "\u007f", "😀", "\ud800", "tab\t"]) {
      const refused = [
        () => store.get(key),
        ...[{ put: key, value: 1 }, { remove: key }, { check: key, is: undefined }].map((write) => () => store.commit([write])),
      ];
      for (const attempt of refused) await assertRefused(attempt(), "invalid", "store/bad-key");
    }
  },
  "a bad key anywhere in a commit leaves nothing behind": async (open) => {
    const store = await open();
    await assertRefused(store.commit([{ put: "a", value: 1 }, { remove: "é" }]), "invalid", "store/bad-key");
    assert.deepEqual(await rows(store), []);
  },
};

const entry = (key: string, value: Json) => ({ key, value });
const rows = (store: Store, range: Range = { prefix: "" }) => Array.fromAsync(store.scan(range));
const scanned = async (store: Store, range: Range) => (await rows(store, range)).map(({ key }) => key);

const deep = (levels: number): Json => (levels === 0 ? [] : { a: [deep(levels - 1)] });
const values: readonly Json[] = [
  null,
  false,
  true,
  0,
  -1,
  0.1,
  1e-320,
  Number.MAX_SAFE_INTEGER,
  1.7976931348623157e308,
  "",
  " ",
  "null",
  "é漢😀",
  "\u0000\u0001\n\r\u2028\ufffe\uffff",
  "\ud800",
  "\udc00\ud800",
  "a\ud83dz",
  [],
  {},
  [null],
  [[]],
  { "": "" },
  { "a.b": { "'": '"' } },
  { "\ud800": "\udfff" },
  JSON.parse('{"__proto__":{"x":1},"constructor":1}'),
  { z: 1, a: { y: 2, b: [3, { x: null }] } },
  deep(500),
];
