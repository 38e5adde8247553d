import { nearest } from "@dispatch/kernel";
import { badSetting } from "./bad-setting.ts";
import { badConfig, type FileCredential, placeOf } from "./credentials-file.ts";
import { type DoorSettings, doorSettings } from "./door-settings.ts";
import { type ConfiguredCredentials, configuredCredentials } from "./provider-settings.ts";

/** What the environment says, with every default filled in. */
export interface Settings extends DoorSettings {
  readonly port: number;
  /** Of the WebSocket. */
  readonly socketPort: number;
  /** How long the audit log keeps what was done. */
  readonly auditDays: number;
  /** By variable name. Values are secrets. */
  readonly keys: { readonly [name: string]: string };
  readonly baseUrl: string;
  readonly model: string;
  readonly credentials: ConfiguredCredentials;
  /** Where servers of this machine are looked for on request. */
  readonly localServers: { readonly ollama: string; readonly llamacpp: string; readonly lmstudio: string };
  /** Absolute: the home folder of whoever runs the server. */
  readonly home?: string;
  readonly databasePath: string;
  /** Absent: beside the database. */
  readonly imageDir?: string;
  /** As it was given; `off`: none. Absent: those of the installation. */
  readonly webDir?: string;
  /** What `DISPATCH_TRACE_DB` names, as it was given. */
  readonly traceDbPath: string;
  /** What each turn was given is kept, so that it can be replayed. */
  readonly traceRecordings: boolean;
  readonly durability: "process" | "power";
  readonly journalPath: string;
  /** Of one segment of the journal. */
  readonly journalBytesMax: number;
  /** Whether the server has its journal collected into the trace database. */
  readonly collector: "on" | "off";
  /** Warm requests after a turn, until the next one. */
  readonly warmingRounds: number;
  readonly web: WebSettings;
  /** Where spans go beside the journal. Absent: nowhere. OpenTelemetry's own variable is other programs' too: what it holds is checked by the export alone. */
  readonly otlp: { readonly endpoint?: string; readonly content: boolean };
  /** How long a question about a tool call waits for its answer. */
  readonly approvalTimeoutMs: number;
  /** What tools may do, and what happens to what they may not, where nobody set anything else. */
  readonly policy: { readonly mode: "workspace-write" | "read-only" | "full"; readonly approval: "ask" | "never" | "auto" };
  /** How what a model starts is confined, and what one command may take where the default is another. */
  readonly sandbox: SandboxSettings;
  /** How long a server that leaves waits for running turns. */
  readonly graceMs: number;
  readonly logLevel: "debug" | "info" | "warn" | "error";
}

export interface SandboxSettings {
  readonly mode: "auto" | "off";
  readonly limits: {
    readonly memoryBytesMax: number;
    readonly processesMax: number;
    readonly fileBytesMax: number;
    readonly cpuSecondsMax: number;
  };
}

export interface WebSettings {
  /** Hosts, addresses and networks that tools may ask although they are not public. */
  readonly fetchAllow: readonly string[];
  readonly firecrawlUrl?: string;
  readonly transcriberUrl?: string;
}

/** Variables that hold secrets: they are read once and then taken out of the process's environment, so that no child can inherit them. */
export const secretVariables = [
  "DISPATCH_API_KEY",
  "UMANS_API_KEY",
  "DISPATCH_TOKEN",
  "DISPATCH_CLAUDE_CREDENTIAL_KEY",
  "OPENAI_API_KEY",
  "GEMINI_API_KEY",
  "GOOGLE_GENERATIVE_AI_API_KEY",
  "FIRECRAWL_API_KEY",
  "OTEL_EXPORTER_OTLP_HEADERS",
] as const;
const keyVariables: readonly string[] = secretVariables.filter((name) => name !== "DISPATCH_TOKEN");

/** Every variable that any version of Dispatch reads. */
export const knownVariables: readonly string[] = [
  ...secretVariables,
  "BACKEND_PORT",
  "PORT",
  "SURFACE_WS_PORT",
  "DISPATCH_HOST",
  "DISPATCH_ALLOWED_ORIGINS",
  "DISPATCH_ALLOWED_HOSTS",
  "DISPATCH_TRUSTED_PROXIES",
  "DISPATCH_TLS_CERT",
  "DISPATCH_TLS_KEY",
  "DISPATCH_AUDIT_DAYS",
  "DISPATCH_BASE_URL",
  "DISPATCH_MODEL",
  "DISPATCH_DB",
  "DISPATCH_DB_DURABILITY",
  "DISPATCH_TRACE_DB",
  "DISPATCH_TRACE_RECORDINGS",
  "DISPATCH_JOURNAL",
  "DISPATCH_JOURNAL_MAX_BYTES",
  "DISPATCH_COLLECTOR",
  "DISPATCH_WEB_DIR",
  // The client's.
  "DISPATCH_SERVER",
  "DISPATCH_IMAGE_DIR",
  "DISPATCH_EXTERNAL_EXTENSIONS",
  "DISPATCH_CLAUDE_CREDENTIAL",
  "DISPATCH_ANTHROPIC_MODEL",
  "DISPATCH_ANTHROPIC_BASE_URL",
  "DISPATCH_OPENAI_MODEL",
  "DISPATCH_OPENAI_BASE_URL",
  "DISPATCH_GOOGLE_MODEL",
  "DISPATCH_GOOGLE_BASE_URL",
  "UMANS_MODEL",
  "UMANS_BASE_URL",
  "DISPATCH_OLLAMA_URL",
  "DISPATCH_LLAMACPP_URL",
  "DISPATCH_LMSTUDIO_URL",
  "DISPATCH_CONFIG",
  "DISPATCH_CACHE_WARMING_ROUNDS",
  "DISPATCH_FETCH_ALLOW",
  "FIRECRAWL_API_URL",
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "DISPATCH_OTLP_URL",
  "DISPATCH_OTLP_CONTENT",
  "TRANSCRIBER_URL",
  "DISPATCH_SANDBOX",
  "DISPATCH_SANDBOX_MEMORY_MIB",
  "DISPATCH_SANDBOX_PROCESSES",
  "DISPATCH_SANDBOX_FILE_MIB",
  "DISPATCH_SANDBOX_CPU_SECONDS",
  "DISPATCH_LOG_LEVEL",
  "DISPATCH_POLICY_MODE",
  "DISPATCH_APPROVAL",
  "DISPATCH_GRACE_MS",
  "DISPATCH_APPROVAL_TIMEOUT_MS",
  "DISPATCH_ENV_FILE",
  "TRACE_DB_PATH",
];

type Environment = { readonly [name: string]: string | undefined };

const defaultPort = 24203;
const defaultSocketPort = 24205;

export interface CredentialsFile {
  readonly path: string;
  readonly credentials: readonly FileCredential[];
}
const noFile: CredentialsFile = { path: "", credentials: [] };

/** The variables that hold the keys of a file's credentials: settings and secrets like those of Dispatch's own. */
export const keyVariablesOf = ({ credentials }: CredentialsFile): readonly string[] =>
  credentials.flatMap(({ keyEnv }) => (keyEnv === undefined ? [] : [keyEnv]));

/** Faults: `host-bin/bad-setting` (invalid), naming the variable and what it takes; `host-bin/bad-config` (invalid) for a name of the file that is taken. */
export function readSettings(environment: Environment, file: CredentialsFile = noFile): Settings {
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
  const count = (name: string, fallback: number, least: number, most: number): number => {
    const value = get(name) ?? `${fallback}`;
    if (!/^\d{1,9}$/.test(value) || Number(value) < least || Number(value) > most)
      throw badSetting(name, `takes a whole number from ${least} to ${most}, not ${JSON.stringify(value)}`);
    return Number(value);
  };
  const givenUrl = (name: string): string | undefined => {
    const value = get(name);
    if (value === undefined || (URL.canParse(value) && /^https?:/.test(value))) return value;
    throw badSetting(name, `takes an http or https URL, not ${JSON.stringify(value)}`);
  };
  const url = (name: string, fallback: string): string => givenUrl(name) ?? fallback;
  refuseSettingsAsKeys(file);
  const home = get("HOME");
  const imageDir = get("DISPATCH_IMAGE_DIR");
  const webDir = get("DISPATCH_WEB_DIR");
  return {
    ...doorSettings(get, list),
    ...portsOf(get),
    auditDays: count("DISPATCH_AUDIT_DAYS", 90, 0, 36_500),
    keys: keysOf(get, file),
    baseUrl: url("DISPATCH_BASE_URL", "https://opencode.ai/zen/go/v1"),
    model: get("DISPATCH_MODEL") ?? "deepseek-v4-flash",
    credentials: configuredCredentials({ get, url: givenUrl }, file.credentials, file.path),
    localServers: localServerUrls(url),
    ...(home?.startsWith("/") ? { home } : {}),
    databasePath: get("DISPATCH_DB") ?? "./.dispatch-data/dispatch.db",
    ...(imageDir === undefined ? {} : { imageDir }),
    ...(webDir === undefined ? {} : { webDir }),
    traceDbPath: get("DISPATCH_TRACE_DB") ?? "./.dispatch-data/traces.db",
    traceRecordings: oneOf("DISPATCH_TRACE_RECORDINGS", ["off", "on"]) === "on",
    journalPath: get("DISPATCH_JOURNAL") ?? "./.dispatch/journal/app.ndjson",
    collector: oneOf("DISPATCH_COLLECTOR", ["on", "off"]),
    journalBytesMax: count("DISPATCH_JOURNAL_MAX_BYTES", 52_428_800, 4_096, 999_999_999),
    warmingRounds: count("DISPATCH_CACHE_WARMING_ROUNDS", 6, 1, 9_999),
    durability: oneOf("DISPATCH_DB_DURABILITY", ["process", "power"]),
    web: webSettings(list("DISPATCH_FETCH_ALLOW"), givenUrl("FIRECRAWL_API_URL"), givenUrl("TRANSCRIBER_URL")),
    otlp: otlpSettings(givenUrl("DISPATCH_OTLP_URL") ?? get("OTEL_EXPORTER_OTLP_ENDPOINT"), oneOf("DISPATCH_OTLP_CONTENT", ["off", "on"])),
    approvalTimeoutMs: count("DISPATCH_APPROVAL_TIMEOUT_MS", 86_400_000, 1_000, 999_999_999),
    policy: {
      mode: oneOf("DISPATCH_POLICY_MODE", ["workspace-write", "read-only", "full"]),
      approval: oneOf("DISPATCH_APPROVAL", ["ask", "never", "auto"]),
    },
    sandbox: sandboxSettings(oneOf("DISPATCH_SANDBOX", ["auto", "off"]), count),
    graceMs: count("DISPATCH_GRACE_MS", 20_000, 0, 600_000),
    logLevel: oneOf("DISPATCH_LOG_LEVEL", ["warn", "debug", "info", "error"]),
  };
}

const portsOf = (get: (name: string) => string | undefined): Pick<Settings, "port" | "socketPort"> => ({
  port: portOf(get("BACKEND_PORT")) ?? portOf(get("PORT")) ?? defaultPort,
  socketPort: portOf(get("SURFACE_WS_PORT")) ?? defaultSocketPort,
});

const sandboxSettings = (
  mode: "auto" | "off",
  count: (name: string, fallback: number, least: number, most: number) => number,
): SandboxSettings => ({
  mode,
  limits: {
    memoryBytesMax: count("DISPATCH_SANDBOX_MEMORY_MIB", 4_096, 64, 4_194_304) * mib,
    processesMax: count("DISPATCH_SANDBOX_PROCESSES", 512, 16, 100_000),
    fileBytesMax: count("DISPATCH_SANDBOX_FILE_MIB", 4_096, 1, 4_194_304) * mib,
    cpuSecondsMax: count("DISPATCH_SANDBOX_CPU_SECONDS", 1_200, 1, 1_000_000),
  },
});
const mib = 1024 * 1024;

function keysOf(get: (name: string) => string | undefined, file: CredentialsFile): Settings["keys"] {
  const names = [...new Set([...keyVariables, ...keyVariablesOf(file)])];
  const pairs = names.flatMap((name) => {
    const value = get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(pairs);
}

const localServerUrls = (url: (name: string, fallback: string) => string): Settings["localServers"] => ({
  ollama: url("DISPATCH_OLLAMA_URL", "http://127.0.0.1:11434"),
  llamacpp: url("DISPATCH_LLAMACPP_URL", "http://127.0.0.1:8080"),
  lmstudio: url("DISPATCH_LMSTUDIO_URL", "http://127.0.0.1:1234"),
});

const webSettings = (fetchAllow: readonly string[], firecrawlUrl: string | undefined, transcriberUrl: string | undefined): WebSettings => ({
  fetchAllow,
  ...(firecrawlUrl === undefined ? {} : { firecrawlUrl }),
  ...(transcriberUrl === undefined ? {} : { transcriberUrl }),
});

const otlpSettings = (endpoint: string | undefined, content: "on" | "off"): Settings["otlp"] => ({
  ...(endpoint === undefined ? {} : { endpoint }),
  content: content === "on",
});

/** What a key's variable holds goes to a provider and is taken out of the environment. */
function refuseSettingsAsKeys({ path, credentials }: CredentialsFile): void {
  const problems = credentials.flatMap(({ name, keyEnv = "" }, index) =>
    knownVariables.includes(keyEnv) && !keyVariables.includes(keyEnv)
      ? [`${placeOf(index, name)}: keyEnv is ${keyEnv}, which holds no key`]
      : [],
  );
  if (problems.length > 0) throw badConfig(path, problems);
}

/** Not a port: ignored, as clients of this protocol expect. */
function portOf(value: string | undefined): number | undefined {
  const port = Number(value);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

/** Names that look like ours and are not, each with the nearest that is. `more` are settings too. */
export function unknownVariables(
  names: Iterable<string>,
  more: readonly string[] = [],
): readonly { readonly name: string; readonly nearest: string | undefined }[] {
  const known = [...knownVariables, ...more];
  return [...names].filter((name) => !known.includes(name)).map((name) => ({ name, nearest: nearest(name, known) }));
}
