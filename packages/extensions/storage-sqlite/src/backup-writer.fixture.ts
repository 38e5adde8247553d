import { Fault } from "@dispatch/kernel";
import { Backups } from "./backups.ts";
import { openSqliteStorage } from "./index.ts";

// Backs up the database named by its first argument to its second, then stores one more row, and says in one line what came of both.
const [path = "", file = ""] = process.argv.slice(2);
const storage = await openSqliteStorage({ path, durability: "process" });
const outcome = await new Backups(path).write({ file, force: false, folders: [] }).catch((thrown: unknown) => thrown);
const store = await storage.open("o");
await store.commit([{ put: "next", value: 1 }]);
const next = (await store.get("next")) === 1;
const { code, message } = Fault.is(outcome) ? outcome : { code: "none", message: String(outcome) };
process.stdout.write(`${JSON.stringify({ code, message, next })}\n`);
await storage[Symbol.asyncDispose]();
process.exit(0);
