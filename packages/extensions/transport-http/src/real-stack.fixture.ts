import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import conversationStore from "@dispatch/conversation-store";
import credentialStore from "@dispatch/credential-store";
import { Credentials } from "@dispatch/credential-store/contract";
import { boot, type Extension, type Model, Providers } from "@dispatch/kernel";
import opRegistry from "@dispatch/op-registry";
import { OpRegistry } from "@dispatch/op-registry/contract";
import sessionOrchestrator from "@dispatch/session-orchestrator";
import { bootOptions, part, RecordingLog, ScriptedModel, testExtension } from "@dispatch/testkit";
import workspaceLocal from "@dispatch/workspace-local";
import { HttpAddress } from "./contract.ts";
import transportHttp from "./index.ts";
import { systemClock } from "./server.fixture.ts";

export interface RealServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly registry: OpRegistry;
  readonly log: RecordingLog;
}

/** The core extensions before a store in memory. Without a model nothing can be asked of it, but everything can be kept. */
export async function startRealServer(model?: () => Model): Promise<RealServer> {
  const folder = await mkdtemp(join(tmpdir(), "dispatch-http-"));
  const log = new RecordingLog();
  const core = [opRegistry, credentialStore, workspaceLocal, conversationStore, sessionOrchestrator, transportHttp];
  const kernel = await boot(
    bootOptions([...core, ...(model === undefined ? [] : [demoProvider(model)])], {
      config: {
        "op-registry": { checkOutputs: "all" },
        "workspace-local": { dataDir: folder },
        "session-orchestrator": { cwd: folder },
        "transport-http": { port: 0 },
      },
      log,
      clock: systemClock,
    }),
  );
  const { url } = kernel.use(HttpAddress);
  return {
    url,
    port: Number(new URL(url).port),
    registry: kernel.use(OpRegistry),
    log,
    async [Symbol.asyncDispose]() {
      await kernel[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

/** Each turn gets a model of its own, so that scripts do not run out. */
const demoProvider = (model: () => Model): Extension =>
  testExtension("demo", {
    dependsOn: ["credential-store"],
    activate(host) {
      host.contribute(Providers, { id: "demo", listModels: async () => [{ id: "echo", contextWindow: 8192 }], model });
      host.contribute(Credentials, { name: "demo", providerId: "demo", defaultModel: "echo" });
    },
  });

export const sayHello = (): Model => new ScriptedModel([[part.text("hel"), part.text("lo"), part.finish("stop")]]);
