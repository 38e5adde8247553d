import { Fault } from "@dispatch/kernel";
import { openDatabase } from "./database.ts";
import { migrations } from "./migrations.ts";
import { rename } from "./rename.fixture.ts";

// Opens the database named by its argument with one more migration, and says in one line what came of it.
const [path = ""] = process.argv.slice(2);
try {
  openDatabase(path, "process", 0, [...migrations, rename(-1, () => {})]).close();
  process.stdout.write("{}\n");
} catch (thrown) {
  const { kind, code, message } = Fault.is(thrown) ? thrown : { kind: "none", code: "none", message: String(thrown) };
  process.stdout.write(`${JSON.stringify({ kind, code, message })}\n`);
}
