import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Credentials } from "@dispatch/credential-store/contract";
import { bootOptions, readSettings, systemClock } from "@dispatch/host-bin";
import { boot, type Clock, defineExtension, type Host, type Kernel, type Model, Providers } from "@dispatch/kernel";
import { OpRegistry } from "@dispatch/op-registry/contract";
import { Conversations } from "@dispatch/session-orchestrator/contract";
import { openSqliteStorage } from "@dispatch/storage-sqlite";
import { type Surface, Surfaces } from "@dispatch/surface-registry/contract";
import { part, ScriptedModel } from "@dispatch/testkit";
import { DefectLog } from "./defect-log.ts";

/** The server's own composition in this process, with a model that costs nothing: whatever can be asked of it without a door. */
export interface WholeServer extends AsyncDisposable {
  readonly folder: string;
  readonly kernel: Kernel;
  /** Of an extension that depends on what attacks need. */
  readonly host: Host<unknown>;
  readonly conversations: Conversations;
  call(op: string, input: unknown): Promise<unknown>;
  surfaces(): readonly Surface[];
  /** What was journaled as a failure of ours since the last time that was asked. */
  takeDefects(): string | undefined;
}

export interface WholeServerOptions {
  readonly environment?: { readonly [name: string]: string };
  readonly clock?: Clock;
  /** The model behind `attacked/<id>`. */
  readonly model?: (id: string) => Model;
}

/** Nothing outside is looked for, and nothing waits for a person who is not there. */
const alone = {
  DISPATCH_OLLAMA_URL: "http://127.0.0.1:1",
  DISPATCH_LLAMACPP_URL: "http://127.0.0.1:1",
  DISPATCH_LMSTUDIO_URL: "http://127.0.0.1:1",
  DISPATCH_APPROVAL: "never",
};

export async function startWholeServer({
  environment = {},
  clock = systemClock,
  model = sayHello,
}: WholeServerOptions = {}): Promise<WholeServer> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-hostile-")));
  const cwd = join(folder, "work");
  await mkdir(cwd);
  const settings = { ...readSettings({ ...alone, ...environment, HOME: join(folder, "home") }), port: 0, socketPort: 0 };
  const database = await openSqliteStorage({ path: join(folder, "data/dispatch.db"), durability: "process" });
  let host: Host<unknown> | undefined;
  const own = defineExtension<unknown>({
    id: "attacked",
    version: "1.0.0",
    apiVersion: "1",
    tier: "standard",
    dependsOn: ["op-registry", "surface-registry", "credential-store", "session-orchestrator"],
    capabilities: [],
    activate(given) {
      host = given;
      given.contribute(Providers, { id: "attacked", listModels: async () => [{ id: "echo" }], model });
      given.contribute(Credentials, { name: "attacked", providerId: "attacked", defaultModel: "echo" });
    },
  });
  const log = new DefectLog();
  const options = bootOptions(settings, {
    database,
    storage: database,
    clock,
    log,
    cwd,
    dataDir: join(folder, "data"),
    own: [own],
  });
  const kernel = await boot(options);
  if (host === undefined) throw new Error("the extension of the attacks was not activated");
  const attacked = host;
  const registry = kernel.use(OpRegistry);
  const context = { signal: host.signal, caller: { name: "local", via: "internal" } };
  return {
    folder,
    kernel,
    host,
    conversations: kernel.use(Conversations),
    call: (op, input) => registry.call(op, input, context),
    surfaces: () => attacked.gather(Surfaces),
    takeDefects: () => log.take(),
    async [Symbol.asyncDispose]() {
      await kernel[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const sayHello = (): Model => new ScriptedModel([[part.text("Hello."), part.finish("stop")]]);
