import { Fault } from "@dispatch/kernel";
import { openSqliteStorage } from "./index.ts";

// Holds the database named by its argument until its input ends, and says so in one line; or says why it could not.
const [path = ""] = process.argv.slice(2);
try {
  await using storage = await openSqliteStorage({ path, durability: "process" });
  const store = await storage.open("holder");
  await store.commit([{ put: "pid", value: process.pid }]);
  console.log(JSON.stringify({ held: process.pid }));
  for await (const _ of Bun.stdin.stream()) {
    // Whatever comes is not for us: only the end is.
  }
} catch (thrown) {
  if (!Fault.is(thrown)) throw thrown;
  console.log(JSON.stringify({ refused: thrown.code, kind: thrown.kind, pid: thrown.data.pid, message: thrown.message }));
}
