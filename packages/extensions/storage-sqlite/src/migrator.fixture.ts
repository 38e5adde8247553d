import { Database } from "bun:sqlite";
import { migrate, migrations } from "./migrations.ts";
import { rename } from "./rename.fixture.ts";

// Migrates the database named by its first argument, and kills itself after as many statements as its second says.
const [path = "", statements = ""] = process.argv.slice(2);
const db = new Database(path);
db.run("PRAGMA journal_mode = WAL");
migrate(db, [...migrations, rename(Number(statements), () => process.kill(process.pid, "SIGKILL"))]);
db.close();
