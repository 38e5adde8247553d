import type { DoctorCheck } from "@dispatch/transport-contract";
import { ClientFault } from "../client-fault.ts";
import { inspectDatabase } from "../database-file.ts";
import { sizeText } from "../retention-pieces.ts";
import { fail, ok, warn } from "./check.ts";

/** Read from outside, so that it says the same with the server up and down. */
export function databaseCheck(path: string): DoctorCheck {
  try {
    const { sizeBytes, schemaVersion, entries, problems } = inspectDatabase(path);
    if (problems.length === 0)
      return ok("database", `${path} is whole: ${entries} entries, ${sizeText(sizeBytes)}, schema ${schemaVersion}.`);
    return fail(
      "database",
      `${path} is damaged: ${problems.join("; ")}.`,
      "Stop the server, and put a backup back: dispatch restore <file>.",
    );
  } catch (thrown) {
    if (!(thrown instanceof ClientFault)) throw thrown;
    const { kind, message } = thrown;
    if (kind === "missing") return ok("database", `${path} is not there yet; the server makes it.`);
    if (kind === "denied") return warn("database", message, "Run doctor as the server's user, or name the database with --db.");
    return fail("database", message, "Put a backup back (dispatch restore <file>), or see what sqlite3 <file> .recover saves.");
  }
}
