import { readFileSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { DoctorCheck } from "@dispatch/transport-contract";
import { sizeText } from "../retention-pieces.ts";
import { fail, ok, warn } from "./check.ts";

const freeBytesWarn = 1_000_000_000;
const freeBytesFail = 100_000_000;

/** Room where the database lies, or will lie. */
export function diskCheck(database: string): DoctorCheck {
  let folder = dirname(database);
  while (folder !== "/" && statSync(folder, { throwIfNoEntry: false }) === undefined) folder = dirname(folder);
  try {
    const { bavail, bsize } = statfsSync(folder);
    const free = bavail * bsize;
    const detail = `${sizeText(free)} are free in ${folder}.`;
    const hint = "Free some space: dispatch prune shows what may go, and old *.before-* files beside the database may be removed.";
    if (free < freeBytesFail) return fail("disk", detail, hint);
    return free < freeBytesWarn ? warn("disk", detail, hint) : ok("disk", detail);
  } catch (thrown) {
    return warn("disk", `${folder} cannot be looked at: ${messageOf(thrown)}`, "Run doctor as the server's user.");
  }
}

const othersMayRead = 0o004;
const groupMayRead = 0o040;

/** Files that hold secrets are for their owner. Whoever is not root may not even see some of them. */
export function secretFileChecks(paths: readonly string[]): readonly DoctorCheck[] {
  const found = paths.flatMap((path) => {
    const mode = modeOf(path);
    return mode === undefined ? [] : [{ path, mode }];
  });
  if (found.length === 0) return [ok("secrets", "No file of settings is there; everything is at its default or in the environment.")];
  return found.map(({ path, mode }) => {
    const id = `secrets.${path}`;
    const bits = (mode & 0o777).toString(8).padStart(4, "0");
    if ((mode & othersMayRead) !== 0)
      return fail(id, `${path} may be read by everybody (${bits}).`, `chmod 600 '${path}', and change the keys in it.`);
    if ((mode & groupMayRead) !== 0)
      return warn(id, `${path} may be read by its group (${bits}).`, `chmod 600 '${path}', unless the group is meant.`);
    return ok(id, `${path} may be read by its owner alone.`);
  });
}

function modeOf(path: string): number | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.mode;
  } catch {
    return undefined;
  }
}

const tools: readonly { readonly name: string; readonly programs: readonly string[]; readonly gives: string }[] = [
  { name: "git", programs: ["git"], gives: "branches in system prompts, and ignored files" },
  { name: "ripgrep", programs: ["rg"], gives: "fast searches of models in a shell" },
  { name: "bubblewrap", programs: ["bwrap"], gives: "commands that are kept from the rest of the machine" },
  {
    name: "language servers",
    programs: ["typescript-language-server", "tsc", "pyright-langserver", "gopls", "rust-analyzer", "clangd"],
    gives: "what compilers say of every edit",
  },
];

/** Found by the PATH of whoever runs doctor; none of them has to be there. */
export const toolChecks = (which: (program: string) => string | null): readonly DoctorCheck[] =>
  tools.map(({ name, programs, gives }) => {
    const found = programs.filter((program) => which(program) !== null);
    const id = `tools.${name.replaceAll(" ", "-")}`;
    if (found.length > 0) return ok(id, `${name}: ${found.join(", ")}.`);
    return warn(id, `${name} ${name.endsWith("s") ? "are" : "is"} not installed.`, `Optional: it gives ${gives}.`);
  });

const lagBytesWarn = 50_000_000;

/** While the server is down: what its files say of journal and collector. */
export function journalFileChecks(journal: string, nowMs: number): readonly DoctorCheck[] {
  const found = statSync(journal, { throwIfNoEntry: false });
  if (found === undefined) return [ok("journal", `No journal was written to ${journal} yet.`)];
  const days = Math.max(0, (nowMs - found.mtimeMs) / 86_400_000);
  const written = ok(
    "journal",
    `${journal} has ${sizeText(found.size)}, last written ${days < 1 ? "today" : `${Math.floor(days)} days ago`}.`,
  );
  const offset = offsetOf(`${journal}.collector-offset`);
  if (offset === undefined) return [written, ok("collector", "The collector has read nothing of it.")];
  const behind = Math.max(0, found.size - offset);
  if (behind <= lagBytesWarn) return [written, ok("collector", `The collector is ${sizeText(behind)} behind.`)];
  return [
    written,
    warn("collector", `The collector is ${sizeText(behind)} behind.`, "It catches up when the server runs; see the server's log if not."),
  ];
}

function offsetOf(path: string): number | undefined {
  try {
    const offset = Number(readFileSync(path, "utf8").trim());
    return Number.isFinite(offset) ? offset : undefined;
  } catch {
    return undefined;
  }
}

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
