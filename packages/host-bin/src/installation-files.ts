import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fault } from "@dispatch/kernel";
import { badConfig, readCredentialsFile } from "./credentials-file.ts";
import { type Dotenv, parseDotenv } from "./dotenv.ts";
import { type CredentialsFile, keyVariablesOf, unknownVariables } from "./settings.ts";

type Environment = { [name: string]: string | undefined };

/**
 * The installation's own `.env` and `dispatch.toml`, never those of the folder that somebody works in. Fills in what the environment does not say,
 * and gives the credentials of `dispatch.toml`, which stands in `folder` (beside `.env` unless given) or where `DISPATCH_CONFIG` says. A name in `.env` that is no setting
 * is refused: it is a typing error in a file that is ours.
 * Faults: `host-bin/bad-dotenv` and `host-bin/bad-config` (invalid), `host-bin/unreadable-dotenv` and `host-bin/unreadable-config` (denied).
 */
export function loadFiles(dotenvPath: string, environment: Environment, folder: string = dirname(dotenvPath)): CredentialsFile {
  const dotenv = parseDotenv(existsSync(dotenvPath) ? contentOf(dotenvPath, "dotenv") : "");
  const file = credentialsFile(folder, environment.DISPATCH_CONFIG ?? dotenv.values.get("DISPATCH_CONFIG"));
  const problems = problemsOf(dotenv, keyVariablesOf(file));
  if (problems.length > 0)
    throw fault("invalid", "host-bin/bad-dotenv", `${dotenvPath}: ${problems.join("; ")}. Correct the file and start again.`);
  for (const [name, value] of dotenv.values) environment[name] ??= value;
  return file;
}

/** A relative path starts at the installation, because whoever could choose the current folder could choose the file. */
function credentialsFile(folder: string, chosen: string | undefined): CredentialsFile {
  const wanted = chosen?.trim();
  const path = wanted === undefined || wanted === "" ? join(folder, "dispatch.toml") : resolve(folder, wanted);
  if (path === join(folder, "dispatch.toml") && !existsSync(path)) return { path, credentials: [] };
  const text = contentOf(path, "config");
  if (text.length > configLengthMax) throw badConfig(path, [`it has more than ${configLengthMax} characters`]);
  return { path, credentials: readCredentialsFile(text, path) };
}

const configLengthMax = 65_536;

function problemsOf({ values, problems }: Dotenv, keyVariables: readonly string[]): readonly string[] {
  return [
    ...problems.map(({ line, problem }) => `line ${line} ${problem}`),
    ...unknownVariables(values.keys(), keyVariables).map(
      ({ name, nearest }) => `${name} is no setting${nearest === undefined ? "" : `; did you mean ${nearest}?`}`,
    ),
  ];
}

function contentOf(path: string, which: "dotenv" | "config"): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const advice = which === "dotenv" ? "or take it away" : "or take DISPATCH_CONFIG away";
    throw fault(
      "denied",
      `host-bin/unreadable-${which}`,
      `${path} cannot be read (${why}). Make it a file that this user may read, ${advice}.`,
      { cause },
    );
  }
}
