import { fault, nearest } from "@dispatch/kernel";

/** What the environment says, with every default filled in. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  /** Of the WebSocket. */
  readonly socketPort: number;
  readonly token?: string;
  readonly allowedOrigins: readonly string[];
  readonly allowedHosts: readonly string[];
  /** By variable name. Values are secrets. */
  readonly keys: { readonly [name: string]: string };
  readonly baseUrl: string;
  readonly model: string;
  /** Absolute: the home folder of whoever runs the server. */
  readonly home?: string;
  readonly databasePath: string;
  /** Absent: beside the database. */
  readonly imageDir?: string;
  readonly durability: "process" | "power";
  readonly logLevel: "debug" | "info" | "warn" | "error";
}

/** Variables that hold secrets: they are read once and then taken out of the process's environment, so that no child can inherit them. */
export const secretVariables = ["DISPATCH_API_KEY", "UMANS_API_KEY", "DISPATCH_TOKEN", "DISPATCH_CLAUDE_CREDENTIAL_KEY"] as const;
const keyVariables = ["DISPATCH_API_KEY", "UMANS_API_KEY"] as const;

/** Every variable that any version of Dispatch reads. */
export const knownVariables: readonly string[] = [
  ...secretVariables,
  "BACKEND_PORT",
  "PORT",
  "SURFACE_WS_PORT",
  "DISPATCH_HOST",
  "DISPATCH_ALLOWED_ORIGINS",
  "DISPATCH_ALLOWED_HOSTS",
  "DISPATCH_BASE_URL",
  "DISPATCH_MODEL",
  "DISPATCH_DB",
  "DISPATCH_DB_DURABILITY",
  "DISPATCH_TRACE_DB",
  "DISPATCH_JOURNAL",
  "DISPATCH_JOURNAL_MAX_BYTES",
  "DISPATCH_WEB_DIR",
  "DISPATCH_IMAGE_DIR",
  "DISPATCH_EXTERNAL_EXTENSIONS",
  "DISPATCH_CLAUDE_CREDENTIAL",
  "DISPATCH_ANTHROPIC_MODEL",
  "DISPATCH_LOG_LEVEL",
  "TRACE_DB_PATH",
];

type Environment = { readonly [name: string]: string | undefined };

const defaultPort = 24203;
const defaultSocketPort = 24205;

/** Faults: `host-bin/bad-setting` (invalid), naming the variable and what it takes. */
export function readSettings(environment: Environment): Settings {
  const get = (name: string): string | undefined => {
    const value = environment[name]?.trim();
    return value === "" ? undefined : value;
  };
  const list = (name: string): readonly string[] =>
    (get(name) ?? "")
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "");
  const oneOf = <T extends string>(name: string, choices: readonly [T, ...T[]]): T => {
    const value = get(name) ?? choices[0];
    const found = choices.find((choice) => choice === value);
    if (found === undefined) throw badSetting(name, `takes ${choices.join(" or ")}, not ${JSON.stringify(value)}`);
    return found;
  };
  const url = (name: string, fallback: string): string => {
    const value = get(name) ?? fallback;
    if (!URL.canParse(value) || !/^https?:/.test(value)) throw badSetting(name, `takes an http or https URL, not ${JSON.stringify(value)}`);
    return value;
  };
  const token = get("DISPATCH_TOKEN");
  const home = get("HOME");
  const imageDir = get("DISPATCH_IMAGE_DIR");
  const keys = keyVariables.flatMap((name) => {
    const value = get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    host: get("DISPATCH_HOST") ?? "127.0.0.1",
    port: portOf(get("BACKEND_PORT")) ?? portOf(get("PORT")) ?? defaultPort,
    socketPort: portOf(get("SURFACE_WS_PORT")) ?? defaultSocketPort,
    ...(token === undefined ? {} : { token }),
    allowedOrigins: list("DISPATCH_ALLOWED_ORIGINS"),
    allowedHosts: list("DISPATCH_ALLOWED_HOSTS"),
    keys: Object.fromEntries(keys),
    baseUrl: url("DISPATCH_BASE_URL", "https://opencode.ai/zen/go/v1"),
    model: get("DISPATCH_MODEL") ?? "deepseek-v4-flash",
    ...(home?.startsWith("/") ? { home } : {}),
    databasePath: get("DISPATCH_DB") ?? "./.dispatch-data/dispatch.db",
    ...(imageDir === undefined ? {} : { imageDir }),
    durability: oneOf("DISPATCH_DB_DURABILITY", ["process", "power"]),
    logLevel: oneOf("DISPATCH_LOG_LEVEL", ["warn", "debug", "info", "error"]),
  };
}

/** Not a port: ignored, as clients of this protocol expect. */
function portOf(value: string | undefined): number | undefined {
  const port = Number(value);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

const badSetting = (name: string, problem: string) => fault("invalid", "host-bin/bad-setting", `${name} ${problem}.`, { data: { name } });

/** Names that look like ours and are not, each with the nearest that is. */
export function unknownVariables(names: Iterable<string>): readonly { readonly name: string; readonly nearest: string | undefined }[] {
  return [...names].filter((name) => !knownVariables.includes(name)).map((name) => ({ name, nearest: nearest(name, knownVariables) }));
}
