import { writeSync } from "node:fs";
import { FaultInjector } from "@dispatch/testkit";
import { commitsMax, writesOf } from "./crash.fixture.ts";
import { openSqliteStorage } from "./index.ts";

// Commits one after another, telling each that has landed, and kills itself at the n-th, before or after it.
const [path = "", at = "", when] = process.argv.slice(2);
await using storage = new FaultInjector(await openSqliteStorage({ path, durability: "process" }));
const store = await storage.open("crasher");
storage.arm({
  operation: "commit",
  at: Number(at),
  when: when === "after" ? "after" : "before",
  act: () => void process.kill(process.pid, "SIGKILL"),
});
for (let n = 1; n <= commitsMax; n += 1) {
  await store.commit(writesOf(n));
  writeSync(1, `${n}\n`);
}
