import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import conversationStore from "@dispatch/conversation-store";
import credentialStore from "@dispatch/credential-store";
import { Credentials } from "@dispatch/credential-store/contract";
import { boot, type Extension, Providers, type Storage } from "@dispatch/kernel";
import opRegistry from "@dispatch/op-registry";
import { OpRegistry } from "@dispatch/op-registry/contract";
import sessionOrchestrator from "@dispatch/session-orchestrator";
import { Conversations, type Submission } from "@dispatch/session-orchestrator/contract";
import { bootOptions, FakeClock, MemoryStorage, part, RecordingLog, ScriptedModel, testExtension } from "@dispatch/testkit";
import type { Op } from "@dispatch/transport-contract";
import workspaceLocal from "@dispatch/workspace-local";
import systemPrompt from "./index.ts";
import { type TempFolder, tempFolder } from "./temp-folder.fixture.ts";

/** The extension among those it stands on, around a model that only says hello. */
export interface Desk extends AsyncDisposable {
  /** Where conversations work that have no folder of their own. */
  readonly folder: TempFolder;
  readonly cwd: string;
  readonly log: RecordingLog;
  readonly clock: FakeClock;
  /** Runs a turn to its end and gives the system prompt that the model read; `undefined` when it was not asked. */
  turn(submission: Partial<Submission>): Promise<string | undefined>;
  call<Input, Output>(op: Op<Input, Output>, input: Input): Promise<Output>;
}

const turnsMax = 20;

export async function openDesk({
  storage = new MemoryStorage(),
  extensions = [],
}: {
  readonly storage?: Storage;
  readonly extensions?: readonly Extension[];
} = {}): Promise<Desk> {
  const folder = await tempFolder();
  const cwd = join(folder.path, "server");
  await mkdir(cwd);
  const model = new ScriptedModel(Array.from({ length: turnsMax }, () => [part.text("Hello."), part.finish("stop")]));
  const scripted = testExtension("provider-scripted", {
    dependsOn: ["credential-store"],
    activate(host) {
      host.contribute(Credentials, { name: "demo", providerId: "scripted", defaultModel: "echo" });
      host.contribute(Providers, { id: "scripted", listModels: async () => [{ id: "echo" }], model: () => model });
    },
  });
  const log = new RecordingLog();
  const clock = new FakeClock(Date.UTC(2026, 10, 22, 9, 30));
  const core = [opRegistry, credentialStore, workspaceLocal, conversationStore, scripted, sessionOrchestrator];
  const config = { "workspace-local": { dataDir: join(folder.path, "data") }, "session-orchestrator": { cwd } };
  const kernel = await boot(bootOptions([...core, systemPrompt, ...extensions], { storage, clock, log, config }));
  const conversations = kernel.use(Conversations);
  const registry = kernel.use(OpRegistry);
  const context = { signal: new AbortController().signal, caller: { name: "local", via: "internal" } };
  return {
    folder,
    cwd,
    log,
    clock,
    async turn(submission) {
      const asked = model.requests.length;
      const { events } = await conversations.submit({ conversationId: "c", text: "Hi", ...submission });
      await Array.fromAsync(events);
      return model.requests[asked]?.system;
    },
    call: async <Input, Output>(op: Op<Input, Output>, input: Input) => (await registry.call(op.id, input, context)) as Output,
    async [Symbol.asyncDispose]() {
      await kernel[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}
