import { randomUUID } from "node:crypto";
import { link, open, rename, rm } from "node:fs/promises";
import { ClientFault } from "./client-fault.ts";

/** Whole or not at all, for this user alone. Faults: `cli/file-exists` (conflict), `cli/cannot-write` (denied). */
export async function writeNewFile(path: string, text: string, force: boolean): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.part`;
  try {
    {
      await using file = await open(unfinished, "wx", 0o600);
      await file.writeFile(text);
    }
    if (force) await rename(unfinished, path);
    else await link(unfinished, path);
  } catch (thrown) {
    const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : String(thrown);
    if (code === "EEXIST") throw new ClientFault("conflict", "cli/file-exists", `${path} is there already. Name another, or add --force.`);
    throw new ClientFault("denied", "cli/cannot-write", `${path} cannot be written (${code}). Name another with --out.`);
  } finally {
    await rm(unfinished, { force: true });
  }
}
