import { readFileSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";

/** Where the server of this installation keeps what it keeps, as far as this user may know. The current folder has no say. */
export interface InstallationPaths {
  readonly envFile: string;
  /** The file is there and may not be read: what stands in it is not known. */
  readonly isHidden: boolean;
  readonly database: string;
  readonly images: string;
  readonly journal: string;
  readonly traces: string;
  readonly port: number;
  readonly socketPort: number;
  /** Files that hold secrets, there or not. */
  readonly secretFiles: readonly string[];
}

type Environment = { readonly [name: string]: string | undefined };

const portDefault = 24_203;
const socketPortDefault = 24_205;

/** As the server finds them: its own environment, which this process's stands for, before its file. */
export function installationPaths(env: Environment): InstallationPaths {
  const isCompiled = import.meta.dir.startsWith("/$bunfs");
  const root = isCompiled ? "/" : resolve(import.meta.dir, "../../..");
  const envFile = env.DISPATCH_ENV_FILE || (isCompiled ? join(configFolder(env), "env") : join(root, ".env"));
  const file = readVariables(envFile);
  const get = (name: string): string | undefined => env[name]?.trim() || file?.get(name) || undefined;
  const path = (name: string, beside: string): string => {
    const given = get(name) ?? beside;
    return isAbsolute(given) || given === ":memory:" ? given : resolve(root, given);
  };
  const database = path("DISPATCH_DB", isCompiled ? "/var/lib/dispatch/dispatch.db" : ".dispatch-data/dispatch.db");
  const config = get("DISPATCH_CONFIG") ?? "dispatch.toml";
  return {
    envFile,
    isHidden: file === undefined,
    database,
    images: path("DISPATCH_IMAGE_DIR", join(dirname(database), "images")),
    journal: path("DISPATCH_JOURNAL", ".dispatch/journal/app.ndjson"),
    traces: path("DISPATCH_TRACE_DB", ".dispatch-data/traces.db"),
    port: portOf(get("BACKEND_PORT")) ?? portOf(get("PORT")) ?? portDefault,
    socketPort: portOf(get("SURFACE_WS_PORT")) ?? socketPortDefault,
    secretFiles: [...new Set([envFile, "/etc/dispatch/env", resolve(dirname(envFile), config)])],
  };
}

function configFolder(env: Environment): string {
  const home = env.HOME ?? "";
  const isOwn = home.startsWith("/") && home !== "/" && process.execPath.startsWith(`${home}/`);
  return isOwn ? join(env.XDG_CONFIG_HOME || join(home, ".config"), "dispatch") : "/etc/dispatch";
}

/** `NAME=value` lines, as far as they are of that form: the server says what is wrong with the others. `undefined`: it may not be read. */
function readVariables(path: string): ReadonlyMap<string, string> | undefined {
  try {
    const lines = Array.from(readFileSync(path, "utf8").matchAll(/^\s*(?:export\s+)?([A-Z_][A-Z0-9_]*)\s*=\s*(.*?)\s*$/gm));
    return new Map(lines.map(([, name = "", value = ""]) => [name, value.replace(/^(["'])(.*)\1.*$/, "$2").replace(/\s+#.*$/, "")]));
  } catch (thrown) {
    return thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT" ? new Map() : undefined;
  }
}

function portOf(value: string | undefined): number | undefined {
  const port = Number(value);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}
