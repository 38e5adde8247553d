import { dirname, resolve } from "node:path";
import { ModelCatalog } from "@dispatch/credential-store/contract";
import type { Kernel, Storage } from "@dispatch/kernel";
import { openSqliteStorage } from "@dispatch/storage-sqlite";
import { HttpAddress } from "@dispatch/transport-http/contract";
import { SocketAddress } from "@dispatch/transport-ws/contract";
import { systemClock } from "./clock.ts";
import { compose } from "./compose.ts";
import { consoleLog } from "./console-log.ts";
import { loadFiles } from "./installation-files.ts";
import { keyVariablesOf, readSettings, secretVariables, unknownVariables } from "./settings.ts";

export interface ServerOptions {
  readonly environment: { [name: string]: string | undefined };
  readonly cwd: string;
  /** The one `.env` that counts: the installation's own, never the current folder's. `dispatch.toml` stands beside it. */
  readonly dotenvPath: string;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  /** In place of the environment's port; 0 takes any that is free. The WebSocket's port is then any that is free. */
  readonly port?: number;
  /** For tests that break the storage on purpose. */
  readonly decorate?: (storage: Storage) => Storage;
}

export interface Server extends AsyncDisposable {
  readonly url: string;
  /** Of the WebSocket's own port. */
  readonly socketUrl: string;
  readonly kernel: Kernel;
}

/** Faults: those of the settings, the storage and the boot; each says what to do. */
export async function startServer({
  environment,
  port,
  cwd,
  dotenvPath,
  print,
  complain,
  decorate = (storage) => storage,
}: ServerOptions): Promise<Server> {
  const file = loadFiles(dotenvPath, environment);
  const unknown = unknownVariables(
    Object.keys(environment).filter((name) => name.startsWith("DISPATCH_")),
    keyVariablesOf(file),
  );
  for (const { name, nearest } of unknown)
    complain(`warn  ${name} is no setting of Dispatch${nearest === undefined ? "" : `; did you mean ${nearest}?`}\n`);
  const settings = { ...readSettings(environment, file), ...(port === undefined ? {} : { port, socketPort: 0 }) };
  for (const name of [...secretVariables, ...keyVariablesOf(file)]) delete environment[name];
  const databasePath = resolve(cwd, settings.databasePath);
  const log = consoleLog(complain, settings.logLevel);
  const database = await openSqliteStorage({ path: databasePath, durability: settings.durability });
  const storage = decorate(database);
  try {
    const kernel = await compose(settings, { database, storage, clock: systemClock, log, cwd, dataDir: dirname(databasePath) });
    const { url } = kernel.use(HttpAddress);
    const { url: socketUrl } = kernel.use(SocketAddress);
    print(banner(url, socketUrl, databasePath, defaultModelName(kernel)));
    return {
      url,
      socketUrl,
      kernel,
      async [Symbol.asyncDispose]() {
        await kernel[Symbol.asyncDispose]();
        await storage[Symbol.asyncDispose]();
      },
    };
  } catch (thrown) {
    await storage[Symbol.asyncDispose]();
    throw thrown;
  }
}

function defaultModelName(kernel: Kernel): string {
  try {
    return kernel.use(ModelCatalog).resolve().name;
  } catch {
    return "none";
  }
}

const banner = (url: string, socketUrl: string, databasePath: string, model: string): string =>
  `Dispatch is listening on ${url}
  try    curl -N ${url}/chat -H 'content-type: application/json' -d '{"message":"List the files here"}'
  socket ${socketUrl}
  model  ${model}${model.startsWith("offline/") ? " (no language model; set DISPATCH_API_KEY in .env for a real one)" : ""}
  data   ${databasePath}
`;
