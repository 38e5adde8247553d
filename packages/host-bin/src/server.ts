import { basename, dirname, join, resolve } from "node:path";
import { ModelCatalog } from "@dispatch/credential-store/contract";
import { type Journal, openJournal, teeLog } from "@dispatch/journal-sink";
import type { Clock, Extension, Kernel, Log, Storage } from "@dispatch/kernel";
import { timedStorage } from "@dispatch/metrics";
import type { SecretValues } from "@dispatch/secrets";
import { openSqliteStorage } from "@dispatch/storage-sqlite";
import { HttpAddress } from "@dispatch/transport-http/contract";
import { SocketAddress } from "@dispatch/transport-ws/contract";
import { systemClock } from "./clock.ts";
import { type OwnCommand, startCollector } from "./collector-process.ts";
import { CollectorSupervisor } from "./collector-supervisor.ts";
import { compose, pageFolder } from "./compose.ts";
import { type Configuration, type ConfigurationSource, needsRestart, readConfiguration } from "./configuration.ts";
import { consoleLog } from "./console-log.ts";
import { journalNumbers, journalPart } from "./journal-part.ts";
import { observability } from "./observability.ts";
import { secretValues } from "./secret-values.ts";
import { keyVariablesOf, type Settings, secretVariables, unknownVariables } from "./settings.ts";
import { takeSecrets } from "./take-secrets.ts";

/** `dotenvPath` is the one `.env` that counts: the installation's own, never the current folder's. */
export interface ServerOptions extends ConfigurationSource {
  readonly environment: { [name: string]: string | undefined };
  readonly cwd: string;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  /** Absolute: the web client of this installation. */
  readonly webFolder?: string | undefined;
  /** In place of the environment's port; 0 takes any that is free. The WebSocket's port is then any that is free. */
  readonly port?: number;
  /** The program of this process, which is the collector too; without it there is none. */
  readonly program?: OwnCommand;
  /** For tests that break the storage on purpose. */
  readonly decorate?: (storage: Storage) => Storage;
  /** For tests that hurry or turn back time. */
  readonly clock?: Clock;
  /** For tests that bring what breaks: behind all others. */
  readonly further?: readonly Extension[];
}

export interface Server extends AsyncDisposable {
  readonly url: string;
  /** Of the WebSocket's own port. */
  readonly socketUrl: string;
  readonly kernel: Kernel;
  readonly settings: Settings;
  readonly log: Log;
  readonly journal: Journal;
  /** Reads the configuration again and takes over what a running server can; gives lines that say what counts now. Faults: those of the configuration, and then nothing changes. */
  reload(): Promise<readonly string[]>;
}

/** Faults: those of the settings, the storage and the boot; each says what to do. */
export async function startServer({
  environment,
  port,
  cwd,
  dotenvPath,
  configFolder,
  webFolder,
  print,
  complain,
  program,
  decorate = (storage) => storage,
  clock = systemClock,
  further = [],
}: ServerOptions): Promise<Server> {
  const source: ConfigurationSource = { dotenvPath, ...(configFolder === undefined ? {} : { configFolder }) };
  const given = { ...environment };
  const running = readConfiguration(environment, source);
  const { file } = running;
  tellUnknown(environment, keyVariablesOf(file), complain);
  const settings = { ...running.settings, ...(port === undefined ? {} : { port, socketPort: 0 }) };
  const readable = await takeSecrets(environment, given, [...secretVariables, ...keyVariablesOf(file)]);
  const databasePath = resolve(cwd, settings.databasePath);
  let { logLevel } = settings;
  await using belongings = new AsyncDisposableStack();
  let collector: CollectorSupervisor | undefined;
  // The last to leave: it reads what is written until the journal is closed.
  belongings.defer(async () => collector?.[Symbol.asyncDispose]());
  const secrets = secretValues(settings, cwd);
  const journal = belongings.use(await journalOf(settings, secrets, cwd, complain));
  const log = teeLog(
    consoleLog(complain, () => logLevel),
    journal.log,
  );
  if (readable.length > 0)
    log.warn("environment-readable", { names: readable.join(", "), hint: "Put them into .env in place of the environment." });
  const database = await openSqliteStorage({ path: databasePath, durability: settings.durability });
  const { storage, source: storeNumbers } = timedStorage(decorate(database), systemClock);
  belongings.use(storage);
  const dataDir = dirname(databasePath);
  const metricSources = [storeNumbers, journalNumbers(journal)];
  collector = collectorOf(settings, { program, cwd, environment, log });
  const own = [journalPart(journal), observability(collector), ...further];
  const kernel = belongings.use(
    await compose(settings, {
      database,
      storage,
      clock,
      log,
      cwd,
      dataDir,
      secrets,
      own,
      configurationFiles: configurationFiles(source, file.path),
      metricSources,
      webFolder,
    }),
  );
  const [{ url }, { url: socketUrl }] = [kernel.use(HttpAddress), kernel.use(SocketAddress)];
  print(banner({ url, socketUrl, databasePath, page: pageFolder(settings, { cwd, webFolder }) }, kernel, settingsPlace(source)));
  log.info("started", { url, socketUrl, pid: process.pid });
  collector?.begin();
  const kept = belongings.move();
  return {
    url,
    socketUrl,
    kernel,
    settings,
    log,
    journal,
    async reload() {
      const read = readConfiguration({ ...given }, source);
      const before = logLevel;
      logLevel = read.settings.logLevel;
      await journal.reopen();
      return reloaded(before, running, read);
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function tellUnknown(environment: ServerOptions["environment"], more: readonly string[], complain: (text: string) => void): void {
  const ours = Object.keys(environment).filter((name) => name.startsWith("DISPATCH_"));
  for (const { name, nearest } of unknownVariables(ours, more))
    complain(`warn  ${name} is no setting of Dispatch${nearest === undefined ? "" : `; did you mean ${nearest}?`}\n`);
}

const configurationFiles = ({ dotenvPath, configFolder = "" }: ConfigurationSource, credentials: string): readonly string[] =>
  [dotenvPath, credentials, configFolder].filter((path) => path.startsWith("/"));

function journalOf(
  { journalPath, journalBytesMax }: Settings,
  secrets: SecretValues,
  cwd: string,
  complain: (text: string) => void,
): Promise<Journal> {
  return openJournal({
    path: resolve(cwd, journalPath),
    segmentBytesMax: journalBytesMax,
    clock: systemClock,
    secrets: () => secrets.values(),
    complain: (text) => complain(`warn  host-bin: ${text} DISPATCH_JOURNAL names another.\n`),
  });
}

interface CollectorSurroundings extends Pick<ServerOptions, "cwd" | "environment"> {
  readonly program: OwnCommand | undefined;
  readonly log: Log;
}

/** `undefined`: nobody wants one, or there is no journal to collect. */
function collectorOf(settings: Settings, { program, cwd, environment, log }: CollectorSurroundings): CollectorSupervisor | undefined {
  const [journal, db] = [resolve(cwd, settings.journalPath), resolve(cwd, settings.traceDbPath)];
  if (program === undefined || settings.collector === "off" || journal === "/dev/null") return undefined;
  const start = () => startCollector({ program, journal, db, cwd, environment, log });
  return new CollectorSupervisor({ clock: systemClock, log, start });
}

function reloaded(logLevel: string, running: Configuration, read: Configuration): readonly string[] {
  const waiting = needsRestart(running, read);
  const lines = [
    ...(logLevel === read.settings.logLevel ? [] : [`The log level is ${read.settings.logLevel}.`]),
    ...(waiting.length === 0 ? [] : [`Restart to use what changed: ${waiting.join(", ")}.`]),
  ];
  return lines.length === 0 ? ["Nothing changed."] : lines;
}

function defaultModelName(kernel: Kernel): string {
  try {
    return kernel.use(ModelCatalog).resolve().name;
  } catch {
    return "none";
  }
}

/** Where a person sets things: never the service manager's copy. */
function settingsPlace({ dotenvPath, configFolder }: ConfigurationSource): string {
  if (configFolder !== undefined) return join(configFolder, "env");
  return basename(dotenvPath) === ".env" ? ".env" : dotenvPath;
}

interface Standing {
  readonly url: string;
  readonly socketUrl: string;
  readonly databasePath: string;
  /** Its folder; `undefined`: none is served. */
  readonly page: string | undefined;
}

function banner({ url, socketUrl, databasePath, page }: Standing, kernel: Kernel, place: string): string {
  const model = defaultModelName(kernel);
  return `Dispatch is listening on ${url}
  try    ${page === undefined ? "" : "that address in a browser, or: "}curl -N ${url}/chat -H 'content-type: application/json' -d '{"message":"List the files here"}'
  socket ${socketUrl}
  model  ${model}${model.startsWith("offline/") ? ` (no language model; set DISPATCH_API_KEY in ${place} for a real one)` : ""}
  data   ${databasePath}
`;
}
