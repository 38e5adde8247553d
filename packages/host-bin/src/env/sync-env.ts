import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Fault } from "@dispatch/kernel";
import { secretVariables } from "../settings.ts";
import { keysOfFile, readSettingsFile, setVariables } from "./settings-file.ts";

const usage = `usage: bin/sync-env [--from FILE] [--to FILE]

Brings the keys of one file of settings into another, with the addresses and models that belong to them. Ports, paths, comments and order of the
other file stay as they are; what the first one does not set is not taken away. Keys are never shown.
  --from FILE   default: .env of this repository
  --to FILE     default: /etc/dispatch/env, or ~/.config/dispatch/env where that is not there
Exit codes: 0 done, 1 the files cannot be read or written, 2 wrong arguments.
`;

/** What belongs to a key. The token of the door is the door's own. */
const companions = [
  "DISPATCH_BASE_URL",
  "DISPATCH_MODEL",
  "DISPATCH_CLAUDE_CREDENTIAL",
  "DISPATCH_ANTHROPIC_BASE_URL",
  "DISPATCH_ANTHROPIC_MODEL",
  "DISPATCH_OPENAI_BASE_URL",
  "DISPATCH_OPENAI_MODEL",
  "DISPATCH_GOOGLE_BASE_URL",
  "DISPATCH_GOOGLE_MODEL",
  "UMANS_BASE_URL",
  "UMANS_MODEL",
  "FIRECRAWL_API_URL",
] as const;

const [etc, own] = ["/etc/dispatch/env", join(homedir(), ".config/dispatch/env")];

function sync(from: string, to: string): void {
  for (const path of [from, to])
    if (!existsSync(path))
      throw new Error(`${path} is not there. bin/setup-env makes a file of settings, bin/install one of an installation.`);
  const source = readSettingsFile(from);
  const target = readSettingsFile(to);
  const known = new Set<string>([...secretVariables, ...companions, ...keysOfFile(target)]);
  known.delete("DISPATCH_TOKEN");
  const changes = new Map([...source.values].filter(([name, value]) => known.has(name) && value !== ""));
  const { changed, added, same } = setVariables(target, changes);
  for (const name of changed) process.stdout.write(`changed    ${name}\n`);
  for (const name of added) process.stdout.write(`added      ${name}\n`);
  for (const name of same) process.stdout.write(`unchanged  ${name}\n`);
  for (const name of keysOfFile(source).filter((key) => !known.has(key)))
    process.stdout.write(`skipped    ${name} (dispatch.toml beside ${to} names no such key)\n`);
  if (changed.length + added.length > 0) process.stdout.write(`${to} is written: restart the server to use it.\n`);
  else process.stdout.write(`${to} stays as it is.\n`);
}

function main(): number {
  let values: { from?: string; to?: string; help?: boolean };
  try {
    ({ values } = parseArgs({ options: { from: { type: "string" }, to: { type: "string" }, help: { type: "boolean", short: "h" } } }));
  } catch (thrown) {
    process.stderr.write(`Error: ${thrown instanceof Error ? thrown.message : String(thrown)}\n${usage}`);
    return 2;
  }
  if (values.help === true) {
    process.stdout.write(usage);
    return 0;
  }
  try {
    sync(resolve(values.from ?? join(import.meta.dir, "../../../../.env")), resolve(values.to ?? (existsSync(etc) ? etc : own)));
    return 0;
  } catch (thrown) {
    process.stderr.write(`Error: ${Fault.is(thrown) || thrown instanceof Error ? thrown.message : String(thrown)}\n`);
    return 1;
  }
}

process.exit(main());
