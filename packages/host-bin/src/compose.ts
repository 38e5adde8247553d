import { join, resolve } from "node:path";
import accessTokens from "@dispatch/access-tokens";
import approvals from "@dispatch/approvals";
import auditLog from "@dispatch/audit-log";
import authApikey from "@dispatch/auth-apikey";
import backup from "@dispatch/backup";
import cacheWarming from "@dispatch/cache-warming";
import compaction from "@dispatch/compaction";
import computers from "@dispatch/computers";
import concurrency from "@dispatch/concurrency";
import conversationExport from "@dispatch/conversation-export";
import conversationStore from "@dispatch/conversation-store";
import credentialStore from "@dispatch/credential-store";
import doctor from "@dispatch/doctor";
import foreignResults from "@dispatch/foreign-results";
import heartbeat from "@dispatch/heartbeat";
import images from "@dispatch/images";
import {
  type BootOptions,
  boot,
  type Clock,
  type Extension,
  type Fault,
  fault,
  type Kernel,
  type Log,
  type Storage,
} from "@dispatch/kernel";
import localServers from "@dispatch/local-servers";
import lsp from "@dispatch/lsp";
import messageQueue from "@dispatch/message-queue";
import metrics from "@dispatch/metrics";
import type { MetricSource } from "@dispatch/metrics/contract";
import opRegistry from "@dispatch/op-registry";
import otelExport from "@dispatch/otel-export";
import policy from "@dispatch/policy";
import providerAnthropic from "@dispatch/provider-anthropic";
import providerGoogle from "@dispatch/provider-google";
import providerOffline from "@dispatch/provider-offline";
import providerOpenai from "@dispatch/provider-openai";
import providerOpenaiCompat from "@dispatch/provider-openai-compat";
import providerUmans from "@dispatch/provider-umans";
import retention from "@dispatch/retention";
import sandbox from "@dispatch/sandbox";
import sandboxGuard from "@dispatch/sandbox-guard";
import search from "@dispatch/search";
import secrets, { type SecretValues } from "@dispatch/secrets";
import sessionOrchestrator from "@dispatch/session-orchestrator";
import skills from "@dispatch/skills";
import storageSqlite, { type SqliteStorage } from "@dispatch/storage-sqlite";
import surfaceLoadedExtensions from "@dispatch/surface-loaded-extensions";
import surfaceRegistry from "@dispatch/surface-registry";
import systemPrompt from "@dispatch/system-prompt";
import thinking from "@dispatch/thinking";
import throughputStore from "@dispatch/throughput-store";
import todo from "@dispatch/todo";
import toolEditFile from "@dispatch/tool-edit-file";
import toolFetch from "@dispatch/tool-fetch";
import toolGlob from "@dispatch/tool-glob";
import toolGrep from "@dispatch/tool-grep";
import toolReadFile from "@dispatch/tool-read-file";
import toolRunShell from "@dispatch/tool-run-shell";
import toolWebSearch from "@dispatch/tool-web-search";
import toolWriteFile from "@dispatch/tool-write-file";
import toolYoutubeTranscript from "@dispatch/tool-youtube-transcript";
import traceView from "@dispatch/trace-view";
import transportHttp from "@dispatch/transport-http";
import transportWs from "@dispatch/transport-ws";
import turnReplay from "@dispatch/turn-replay";
import turnTrace from "@dispatch/turn-trace";
import webFiles from "@dispatch/web-files";
import workspaceLocal from "@dispatch/workspace-local";
import workspaceTrust from "@dispatch/workspace-trust";
import workspaces from "@dispatch/workspaces";
import { ownFiles } from "./own-files.ts";
import { secretValues } from "./secret-values.ts";
import { type Settings, secretVariables } from "./settings.ts";
import { serverVersion } from "./version.ts";

export interface Surroundings {
  readonly database: SqliteStorage;
  /** The database itself, or what decorates it. */
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Log;
  /** Absolute: where conversations work that have no folder of their own. */
  readonly cwd: string;
  /** Absolute: where what is too large for the database lies. */
  readonly dataDir: string;
  /** Absolute: the web client of this installation. */
  readonly webFolder?: string | undefined;
  /** Absent: those of the settings. */
  readonly secrets?: SecretValues;
  /** Absolute: what the server was configured by. Nothing that a model starts may read it. */
  readonly configurationFiles?: readonly string[];
  /** Extensions of whoever composes the server: what it keeps itself and others ask for. */
  readonly own?: readonly Extension[];
  /** What the metrics tell beside what extensions know. */
  readonly metricSources?: readonly MetricSource[];
}

const activateTimeoutMs = 10_000;
const graceMs = 5_000;

const providers: readonly Extension[] = [
  providerOpenaiCompat,
  providerUmans,
  providerAnthropic,
  providerOpenai,
  providerGoogle,
  providerOffline,
];
const tools: readonly Extension[] = [
  toolReadFile,
  toolWriteFile,
  toolEditFile,
  toolRunShell,
  toolGlob,
  toolGrep,
  toolFetch,
  toolWebSearch,
  toolYoutubeTranscript,
];

/** In the order of their activation, as far as they do not depend on one another. */
const extensionsOf = (known: SecretValues, { database, own = [], metricSources = [] }: Surroundings): readonly Extension[] => [
  storageSqlite(database),
  opRegistry,
  surfaceRegistry,
  authApikey,
  credentialStore,
  ...providers,
  localServers,
  workspaceLocal,
  conversationStore,
  sessionOrchestrator,
  turnTrace,
  approvals,
  workspaceTrust,
  sandbox,
  doctor,
  // Guards of tool calls stand in this order, the first outermost.
  policy,
  secrets(known),
  foreignResults,
  concurrency,
  workspaces,
  systemPrompt,
  compaction,
  skills,
  heartbeat,
  computers,
  thinking,
  lsp,
  todo,
  messageQueue,
  cacheWarming,
  search,
  throughputStore,
  surfaceLoadedExtensions,
  ...tools,
  transportHttp,
  transportWs,
  webFiles,
  sandboxGuard,
  accessTokens,
  auditLog,
  images,
  turnReplay,
  traceView,
  conversationExport,
  retention,
  backup,
  metrics(metricSources),
  otelExport,
  ...own,
];

/** The list of extensions, and what each is told. */
export function bootOptions(settings: Settings, surroundings: Surroundings): BootOptions {
  const { storage, clock, log, cwd, dataDir } = surroundings;
  const { host, port, socketPort, allowedOrigins, allowedHosts, keys, imageDir } = settings;
  const imageFolder = imageDir === undefined ? join(dataDir, "images") : resolve(cwd, imageDir);
  const closed = ownFiles(settings, { cwd, dataDir, imageFolder, configuration: surroundings.configurationFiles ?? [] });
  return {
    extensions: extensionsOf(surroundings.secrets ?? secretValues(settings), surroundings),
    config: {
      "cache-warming": { idleRoundsMax: settings.warmingRounds },
      "auth-apikey": { keys },
      ...providerConfig(settings),
      ...webConfig(settings),
      "workspace-local": { dataDir, closed },
      sandbox: sandboxConfig(settings, closed),
      "session-orchestrator": { cwd },
      approvals: { timeoutMs: settings.approvalTimeoutMs },
      policy: settings.policy,
      search: { path: join(dataDir, "search.db") },
      "turn-trace": { recordings: settings.traceRecordings },
      "otel-export": settings.otlp,
      "turn-replay": { path: resolve(cwd, settings.traceDbPath) },
      "trace-view": { path: resolve(cwd, settings.traceDbPath) },
      "transport-http": { host, port, allowedOrigins, allowedHosts, ...doorConfig(settings, surroundings) },
      "audit-log": { days: settings.auditDays },
      "transport-ws": { port: socketPort },
      "web-files": webFilesConfig(settings, surroundings),
      skills: settings.home === undefined ? {} : { home: settings.home },
      images: { folder: imageFolder },
      backup: { folders: { images: imageFolder } },
      doctor: doctorConfig(settings),
    },
    storage,
    clock,
    log,
    activateTimeoutMs,
    graceMs,
    granted: {
      core: ["fs", "net", "process", "secrets"],
      standard: ["fs", "net", "process", "secrets"],
      external: ["fs", "net"],
    },
  };
}

const providerConfig = ({ baseUrl, model, credentials, localServers }: Settings) => ({
  "provider-openai-compat": { baseUrl, model, credentials: credentials["openai-compat"] },
  "provider-umans": { credentials: credentials.umans },
  "provider-anthropic": { credentials: credentials.anthropic },
  "provider-openai": { credentials: credentials.openai },
  "provider-google": { credentials: credentials.google },
  "local-servers": localServers,
});

const doorConfig = ({ token, trustedProxies, tls }: Settings, { cwd }: Surroundings) => ({
  trustedProxies,
  ...(token === undefined ? {} : { token }),
  ...(tls === undefined ? {} : { tls: { cert: resolve(cwd, tls.cert), key: resolve(cwd, tls.key) } }),
});

/** Of the page, absolute; `undefined`: there is none. */
export function pageFolder({ webDir }: Settings, { cwd, webFolder }: Pick<Surroundings, "cwd" | "webFolder">): string | undefined {
  if (webDir === "off") return undefined;
  return webDir === undefined ? webFolder : resolve(cwd, webDir);
}

const webFilesConfig = (settings: Settings, surroundings: Surroundings) => {
  const folder = pageFolder(settings, surroundings);
  return folder === undefined ? {} : { folder };
};

/** Names alone: what they hold is told to nobody. */
const doctorConfig = ({ keys, token }: Settings) => ({
  version: serverVersion,
  runtime: `Bun ${process.versions.bun ?? "unknown"}`,
  variables: [...new Set([...secretVariables, ...Object.keys(keys)])].map((name) => ({
    name,
    isSet: name === "DISPATCH_TOKEN" ? token !== undefined : name in keys,
  })),
});

const sandboxConfig = ({ sandbox: { mode, limits }, home }: Settings, hidden: readonly string[]) => ({
  mode,
  hidden,
  ...limits,
  ...(home === undefined ? {} : { home }),
});

const webConfig = ({ web: { fetchAllow, firecrawlUrl, transcriberUrl } }: Settings) => ({
  "tool-fetch": { allow: fetchAllow },
  "tool-web-search": { allow: fetchAllow, ...(firecrawlUrl === undefined ? {} : { apiUrl: firecrawlUrl }) },
  "tool-youtube-transcript": transcriberUrl === undefined ? {} : { url: transcriberUrl },
});

/** Faults: `host-bin/no-guard` (defect), beside those of `boot`. */
export async function compose(settings: Settings, surroundings: Surroundings): Promise<Kernel> {
  const kernel = await boot(bootOptions(settings, surroundings));
  if (kernel.report.order.includes(policy.id)) return kernel;
  await kernel[Symbol.asyncDispose]();
  throw noGuard(kernel.report);
}

/** Tools without a policy would do whatever a model asks for. */
function noGuard({ failed, skipped }: Kernel["report"]): Fault {
  const causes = [
    ...failed.map(({ id, fault: { message } }) => `${id}: ${message}`),
    ...skipped.map(({ id, because }) => `${id}: ${because}`),
  ];
  return fault("defect", "host-bin/no-guard", `Nothing would guard tool calls, so the server does not start. ${causes.join("; ")}`);
}
