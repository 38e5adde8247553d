import { rmSync } from "node:fs";
import { Fault, type Store } from "@dispatch/kernel";
import { openSqliteStorage } from "./index.ts";

// Commits rows to the database named by its first argument until the disk takes no more, then removes the file named by its second, which
// makes room, and reports in one line what was seen. With a third argument every commit writes the same row.
const [path = "", ballast = "", sameRow] = process.argv.slice(2);

/** The first commit that is refused, and how many landed before it. */
async function fill(store: Store) {
  for (let n = 1; n <= 100_000; n += 1) {
    const key = sameRow === undefined ? `row/${String(n).padStart(6, "0")}` : "row/same";
    const refused = await store
      .commit([
        { put: key, value: "x".repeat(3_000) },
        { put: "count", value: n },
      ])
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
    if (Fault.is(refused)) return { landed: n - 1, refused };
    if (refused !== undefined) throw refused;
  }
  throw new Error("the disk took 100,000 rows");
}

const seen = async (store: Store) => ({
  count: await store.get("count"),
  rows: (await Array.fromAsync(store.scan({ prefix: "row/" }))).length,
});

async function run() {
  await using storage = await openSqliteStorage({ path, durability: "process" });
  const store = await storage.open("filler");
  const { landed, refused } = await fill(store);
  const whenFull = await seen(store);
  rmSync(ballast, { force: true });
  await store.commit([{ put: "next", value: "x".repeat(3_000) }]);
  return { landed, code: refused.code, kind: refused.kind, message: refused.message, whenFull };
}

const report = await run();
await using storage = await openSqliteStorage({ path, durability: "process" });
const store = await storage.open("filler");
console.log(JSON.stringify({ ...report, reopened: await seen(store), next: (await store.get("next")) !== undefined }));
