import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import authApikey from "@dispatch/auth-apikey";
import conversationStore from "@dispatch/conversation-store";
import { ConversationLog } from "@dispatch/conversation-store/contract";
import credentialStore from "@dispatch/credential-store";
import { Credentials } from "@dispatch/credential-store/contract";
import { boot, type Extension, type Kernel, Providers, type Storage, type Tool, Tools } from "@dispatch/kernel";
import opRegistry from "@dispatch/op-registry";
import {
  bootOptions,
  FakeClock,
  FaultInjector,
  MemoryStorage,
  RecordingLog,
  type ScriptedAnswer,
  ScriptedModel,
  testExtension,
} from "@dispatch/testkit";
import type { AgentEvent } from "@dispatch/wire";
import workspaceLocal from "@dispatch/workspace-local";
import { Conversations, type TurnWatch } from "./contract.ts";
import sessionOrchestrator from "./index.ts";

/** Real extensions around a scripted model, on a storage in memory that can be broken and booted again. */
export interface Desk extends AsyncDisposable {
  readonly kernel: Kernel;
  readonly conversations: Conversations;
  readonly log: ConversationLog;
  readonly model: ScriptedModel;
  readonly clock: FakeClock;
  readonly journal: RecordingLog;
  /** Where conversations work that have no folder of their own. */
  readonly folder: string;
}

export interface DeskOptions {
  readonly answers: readonly ScriptedAnswer[];
  readonly tools?: readonly Tool[];
  readonly storage?: Storage;
  readonly extensions?: readonly Extension[];
  /** Of those extensions, by id. */
  readonly config?: { readonly [extensionId: string]: unknown };
}

export async function openDesk({
  answers,
  tools = [],
  storage = new MemoryStorage(),
  extensions = [],
  config = {},
}: DeskOptions): Promise<Desk> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-desk-")));
  const model = new ScriptedModel(answers);
  const clock = new FakeClock(1_000_000);
  const journal = new RecordingLog();
  const scripted = testExtension("provider-scripted", {
    dependsOn: ["credential-store"],
    activate(host) {
      host.contribute(Credentials, { name: "demo", providerId: "scripted", defaultModel: "echo" });
      host.contribute(Providers, { id: "scripted", listModels: async () => [{ id: "echo" }], model: () => model });
      for (const tool of tools) host.contribute(Tools, tool);
    },
  });
  const kernel = await boot(
    bootOptions(
      [opRegistry, authApikey, credentialStore, workspaceLocal, conversationStore, scripted, sessionOrchestrator, ...extensions],
      {
        storage,
        clock,
        log: journal,
        config: {
          "auth-apikey": { keys: {} },
          "workspace-local": { dataDir: join(folder, "data") },
          "session-orchestrator": { cwd: folder },
          ...config,
        },
      },
    ),
  );
  return {
    kernel,
    conversations: kernel.use(Conversations),
    log: kernel.use(ConversationLog),
    model,
    clock,
    journal,
    folder,
    async [Symbol.asyncDispose]() {
      await kernel[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Every event until the watch ends. */
export async function all(watch: TurnWatch): Promise<AgentEvent[]> {
  const seen: AgentEvent[] = [];
  for await (const batch of watch) seen.push(...batch.map(({ event }) => event));
  return seen;
}

/** Reads until a batch holds an event of that type, and goes on watching. */
export async function until(watch: TurnWatch, type: AgentEvent["type"]): Promise<AgentEvent[]> {
  const seen: AgentEvent[] = [];
  const batches = watch[Symbol.asyncIterator]();
  while (!seen.some((event) => event.type === type)) {
    const { done, value } = await batches.next();
    if (done) break;
    seen.push(...value.map(({ event }) => event));
  }
  return seen;
}

export const types = (events: readonly AgentEvent[]): readonly string[] => events.map(({ type }) => type);

export const faultyStorage = (): FaultInjector => new FaultInjector(new MemoryStorage());
