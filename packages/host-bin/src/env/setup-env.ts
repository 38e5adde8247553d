import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Fault } from "@dispatch/kernel";
import { knownVariables, readSettings, secretVariables } from "../settings.ts";
import { keysOfFile, readSettingsFile, type SettingsFile, setVariables, type Written } from "./settings-file.ts";

const usage = `usage: bin/setup-env [--file FILE | --system | --user]
       bin/setup-env --non-interactive [--file FILE | --system | --user] [--set NAME=VALUE]… [--take NAME]…

Asks which models to use and under which ports, and writes a file of settings that its owner alone may read. Keys are never shown.
  --file FILE         default: .env of this repository
  --system, --user    /etc/dispatch/env, ~/.config/dispatch/env
  --non-interactive   ask nothing:
  --set NAME=VALUE    sets what is no secret
  --take NAME         takes the value from the environment's variable of that name: what stands in a command line can be read by everybody
Exit codes: 0 done, 1 the file cannot be read or written, 2 wrong arguments, 130 cancelled. .env.example explains every setting.
`;

const root = join(import.meta.dir, "../../../..");

class UsageProblem extends Error {}

interface Flags {
  readonly file?: string;
  readonly system?: boolean;
  readonly user?: boolean;
  readonly "non-interactive"?: boolean;
  readonly set?: readonly string[];
  readonly take?: readonly string[];
  readonly help?: boolean;
}

function flagsOf(words: readonly string[]): Flags {
  try {
    return parseArgs({
      args: [...words],
      options: {
        file: { type: "string" },
        system: { type: "boolean" },
        user: { type: "boolean" },
        "non-interactive": { type: "boolean" },
        set: { type: "string", multiple: true },
        take: { type: "string", multiple: true },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (thrown) {
    throw new UsageProblem(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function placeOf({ file, system = false, user = false }: Flags): string {
  if ([file !== undefined, system, user].filter(Boolean).length > 1)
    throw new UsageProblem("--file, --system and --user exclude one another.");
  if (system) return "/etc/dispatch/env";
  return user ? join(homedir(), ".config/dispatch/env") : resolve(file ?? join(root, ".env"));
}

/** What the flags say. A value never stands in a message: it may be a key in the wrong place. */
function givenBy(
  { set = [], take = [] }: Flags,
  file: SettingsFile,
  environment: { readonly [name: string]: string | undefined },
): Map<string, string> {
  const changes = new Map<string, string>();
  const secrets: readonly string[] = [...secretVariables, ...keysOfFile(file)];
  const known = [...knownVariables, ...secrets];
  const put = (name: string, value: string) => {
    if (!known.includes(name))
      throw new UsageProblem(
        `${/^[A-Z0-9_]{1,60}$/.test(name) ? name : "What was given"} is no setting of Dispatch; .env.example lists them.`,
      );
    changes.set(name, value);
  };
  for (const word of set) {
    const at = word.indexOf("=");
    if (at < 1) throw new UsageProblem("--set takes NAME=VALUE.");
    const name = word.slice(0, at);
    if (secrets.includes(name))
      throw new UsageProblem(
        `${name} is a secret, and everybody can read a command line: put it into the environment and use --take ${name}.`,
      );
    put(name, word.slice(at + 1));
  }
  for (const name of take) {
    const value = environment[name];
    if (value === undefined || value === "")
      throw new UsageProblem(`--take ${/^[A-Z0-9_]{1,60}$/.test(name) ? name : "NAME"}: the environment has no such variable.`);
    put(name, value);
  }
  return changes;
}

/** The server would start with them: a bad value is refused before it is written. */
function check(file: SettingsFile, changes: ReadonlyMap<string, string>): void {
  readSettings(Object.fromEntries([...file.values, ...changes]), file.credentials);
}

function told(path: string, { changed, added, same }: Written): string {
  const names = [...changed, ...added];
  if (names.length === 0) return `${path} stays as it is${same.length === 0 ? "" : ": all of it was set already"}.`;
  return `${path} is written, for its owner alone: ${names.join(", ")}.`;
}

async function main(): Promise<number> {
  const flags = flagsOf(process.argv.slice(2));
  if (flags.help === true) {
    process.stdout.write(usage);
    return 0;
  }
  const path = placeOf(flags);
  const asks = flags["non-interactive"] !== true;
  if (asks && (flags.set !== undefined || flags.take !== undefined)) throw new UsageProblem("--set and --take go with --non-interactive.");
  if (asks && !(process.stdin.isTTY && process.stdout.isTTY))
    throw new UsageProblem("There is no terminal to ask at: use --non-interactive with --set and --take.");
  const file = readSettingsFile(path);
  const changes = asks ? await (await import("./ask-settings.ts")).askSettings(file) : givenBy(flags, file, process.env);
  if (changes === undefined) return 130;
  check(file, changes);
  const template = path === join(root, ".env") ? readFileSync(join(root, ".env.example"), "utf8") : "";
  process.stdout.write(`${told(path, setVariables(file, changes, template))}\n`);
  return 0;
}

try {
  process.exit(await main());
} catch (thrown) {
  const isUsage = thrown instanceof UsageProblem;
  process.stderr.write(`Error: ${Fault.is(thrown) || thrown instanceof Error ? thrown.message : String(thrown)}\n${isUsage ? usage : ""}`);
  process.exit(isUsage ? 2 : 1);
}
