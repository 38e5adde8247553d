import { Fault, type Json, type Range, type Store, type Write } from "@dispatch/kernel";
import { MemoryStore } from "@dispatch/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openSqliteStorage } from "./index.ts";

const key = fc.string({ unit: fc.constantFrom("a", "b", "B", "/", "~", " ", "%", "_", "0"), minLength: 1, maxLength: 4 });
const value = fc.jsonValue({ depthSize: "small" }) as fc.Arbitrary<Json>;
const write: fc.Arbitrary<Write> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ put: key, value }) },
  { weight: 2, arbitrary: fc.record({ remove: key }) },
  { weight: 1, arbitrary: fc.record({ check: key, is: fc.option(value, { nil: undefined }) }) },
);
const range: fc.Arbitrary<Range> = fc.record(
  {
    prefix: fc.oneof(fc.constant(""), key),
    after: key,
    limit: fc.integer({ min: 1, max: 5 }),
    order: fc.constantFrom("ascending" as const, "descending" as const),
  },
  { requiredKeys: ["prefix"] },
);

const landed = (store: Store, writes: readonly Write[]) =>
  store.commit(writes).then(
    () => "landed",
    (thrown: unknown) => (Fault.is(thrown) ? thrown.code : thrown),
  );
const rows = (store: Store, from: Range) => Array.fromAsync(store.scan(from));

test("after any commits SQLite and the reference store hold and find the same", async () => {
  await using storage = await openSqliteStorage({ path: ":memory:", durability: "process" });
  let owners = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(write, { maxLength: 6 }), { maxLength: 6 }),
      fc.array(range, { maxLength: 6 }),
      async (commits, ranges) => {
        const sqlite = await storage.open(`owner-${owners++}`);
        const memory = new MemoryStore();
        for (const writes of commits) expect(await landed(sqlite, writes)).toBe(await landed(memory, writes));
        for (const from of [{ prefix: "" }, ...ranges]) expect(await rows(sqlite, from)).toEqual(await rows(memory, from));
      },
    ),
    { numRuns: 300 },
  );
});
