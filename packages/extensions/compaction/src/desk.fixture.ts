import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import authApikey from "@dispatch/auth-apikey";
import conversationStore from "@dispatch/conversation-store";
import { ConversationLog } from "@dispatch/conversation-store/contract";
import credentialStore from "@dispatch/credential-store";
import { boot, defineTool, type Extension, type Json, type Kernel, type Storage, say, Tools } from "@dispatch/kernel";
import opRegistry from "@dispatch/op-registry";
import { OpRegistry } from "@dispatch/op-registry/contract";
import providerOpenaiCompat from "@dispatch/provider-openai-compat";
import secrets, { SecretValues } from "@dispatch/secrets";
import sessionOrchestrator from "@dispatch/session-orchestrator";
import { Conversations } from "@dispatch/session-orchestrator/contract";
import storageSqlite, { openSqliteStorage } from "@dispatch/storage-sqlite";
import systemPrompt from "@dispatch/system-prompt";
import {
  type Answer,
  bootOptions,
  FakeClock,
  type ModelServer,
  type ModelServerRequest,
  RecordingLog,
  startModelServer,
  testExtension,
  textAnswer,
  toolCallAnswer,
} from "@dispatch/testkit";
import type { Op } from "@dispatch/transport-contract";
import type { AgentEvent } from "@dispatch/wire";
import workspaceLocal from "@dispatch/workspace-local";
import { z } from "zod";
import compaction from "./index.ts";

/** The extension among those it stands on, over SQLite and a real HTTP model server that counts like a provider. Time stands still. */
export interface Desk extends AsyncDisposable {
  readonly kernel: Kernel;
  readonly conversations: Conversations;
  readonly log: ConversationLog;
  readonly model: ModelServer;
  readonly clock: FakeClock;
  readonly journal: RecordingLog;
  readonly folder: string;
  /** Runs a turn to its end. */
  turn(text: string, conversationId?: string): Promise<readonly AgentEvent[]>;
  call<Input, Output>(op: Op<Input, Output>, input: NoInfer<Input>, signal?: AbortSignal): Promise<Output>;
  /** Requests that were no summaries, and those that were. */
  asked(): readonly ChatRequest[];
  summaries(): readonly ChatRequest[];
}

export interface ChatMessage {
  readonly role: string;
  readonly content?: string | null;
  readonly tool_calls?: readonly { readonly id: string }[];
  readonly tool_call_id?: string;
}
export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  readonly tools?: readonly Json[];
  readonly max_tokens?: number;
}

export interface DeskOptions {
  /** The answer to a step; `n` counts the requests of turns from 0. */
  readonly step?: (request: ChatRequest, n: number) => string | Answer;
  /** The answer to a summary request; `n` counts those from 0. */
  readonly summary?: (request: ChatRequest, n: number) => string | Answer | Promise<string | Answer>;
  /** Absent: the server does not tell it. */
  readonly contextWindow?: number;
  readonly extensions?: readonly Extension[];
  /** For tests that break the storage on purpose. */
  readonly decorate?: (storage: Storage) => Storage;
  /** A folder that is there before, and stays. */
  readonly folder?: string;
}

export const summaryText = "## Goal\nGo on.\n## Decisions\nNone.\n## Files touched\nNone.\n## Open items\nNone.";

const bodyOf = ({ body }: ModelServerRequest): ChatRequest => body as ChatRequest;
export const isSummary = ({ messages }: ChatRequest): boolean => messages[0]?.content?.startsWith("You keep the memory") === true;
const charsPerToken = 4;
export const tokensIn = (request: ChatRequest): number => Math.ceil(JSON.stringify(request).length / charsPerToken);

/** An answer in text, and one that calls `look`, with the counts that a provider gives. */
export const says = (request: ChatRequest, text: string): string =>
  textAnswer([text], { promptTokens: tokensIn(request), completionTokens: Math.ceil(text.length / charsPerToken) });
export const looks = (request: ChatRequest, n: number, input: object): string => {
  const usage = { promptTokens: tokensIn(request), completionTokens: Math.ceil(JSON.stringify(input).length / charsPerToken) };
  return toolCallAnswer([{ id: `look-${n}`, name: "look", arguments: JSON.stringify(input) }], 4_096, usage);
};

const look = defineTool({
  name: "look",
  description: "Gives as many characters as are asked for.",
  input: z.object({ chars: z.int().min(0), note: z.string().optional() }),
  effect: "read",
  timeoutMs: 1_000,
  run: async ({ chars }) => say("x".repeat(chars)),
});

export async function openDesk(options: DeskOptions = {}): Promise<Desk> {
  const {
    step = (request) => says(request, "Done."),
    summary = (request) => says(request, summaryText),
    contextWindow,
    extensions = [],
  } = options;
  const folder = options.folder ?? (await realpath(await mkdtemp(join(tmpdir(), "dispatch-compaction-"))));
  const asked: ChatRequest[] = [];
  const summaries: ChatRequest[] = [];
  const model = await startModelServer({
    script(request) {
      const body = bodyOf(request);
      return isSummary(body) ? summary(body, summaries.push(body) - 1) : step(body, asked.push(body) - 1);
    },
    models: listing(contextWindow),
  });
  const clock = new FakeClock(1_000_000);
  const journal = new RecordingLog();
  const database = await openSqliteStorage({ path: join(folder, "d.db"), durability: "process" });
  const storage = options.decorate?.(database) ?? database;
  const tools = testExtension("tools", { activate: (host) => void host.contribute(Tools, look) });
  const kernel = await boot(
    bootOptions(
      [
        storageSqlite(database),
        opRegistry,
        authApikey,
        credentialStore,
        providerOpenaiCompat,
        workspaceLocal,
        conversationStore,
        sessionOrchestrator,
        secrets(new SecretValues()),
        systemPrompt,
        tools,
        compaction,
        ...extensions,
      ],
      {
        storage,
        clock,
        log: journal,
        config: {
          "auth-apikey": { keys: { DISPATCH_API_KEY: "k" } },
          "provider-openai-compat": { baseUrl: model.url, model: "scripted" },
          "workspace-local": { dataDir: join(folder, "data") },
          "session-orchestrator": { cwd: folder },
        },
      },
    ),
  );
  const conversations = kernel.use(Conversations);
  const registry = kernel.use(OpRegistry);
  return {
    kernel,
    conversations,
    log: kernel.use(ConversationLog),
    model,
    clock,
    journal,
    folder,
    async turn(text, conversationId = "c") {
      const { events } = await conversations.submit({ conversationId, text });
      return (await Array.fromAsync(events)).flat().map(({ event }) => event);
    },
    call: async <Input, Output>(op: Op<Input, Output>, input: Input, signal = new AbortController().signal) =>
      (await registry.call(op.id, input, { signal, caller: { name: "local", via: "internal" } })) as Output,
    asked: () => asked,
    summaries: () => summaries,
    async [Symbol.asyncDispose]() {
      await kernel[Symbol.asyncDispose]();
      await storage[Symbol.asyncDispose]();
      await model[Symbol.asyncDispose]();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

const listing = (contextWindow: number | undefined): Answer => ({
  headers: { "content-type": "application/json" },
  steps: [
    JSON.stringify({
      object: "list",
      data: [{ id: "scripted", ...(contextWindow === undefined ? {} : { context_length: contextWindow }) }],
    }),
  ],
});
