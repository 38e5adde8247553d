import { openSqliteStorage } from "@dispatch/storage-sqlite";

// Opens the database that its first argument names, in the folder where it was started, and says in one line what came of it.
const [path = ""] = process.argv.slice(2);
try {
  const storage = await openSqliteStorage({ path, durability: "process" });
  const store = await storage.open("second-server");
  await store.commit([{ put: "damage", value: "x".repeat(10_000) }]);
  console.log(JSON.stringify({ opened: true }));
  await storage[Symbol.asyncDispose]();
} catch (thrown) {
  const { code, message } = thrown as { readonly code?: string; readonly message?: string };
  console.log(JSON.stringify({ opened: false, code, message }));
}
process.exit(0);
