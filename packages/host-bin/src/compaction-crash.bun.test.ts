import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Answer, type ModelServer, type ModelServerRequest, startModelServer, textAnswer, toolCallAnswer } from "@dispatch/testkit";
import type { ConversationMeta, StoredChunk } from "@dispatch/wire";
import { expect, test } from "vitest";
import { eventsOf } from "./api.fixture.ts";
import { type ServerProcess, startServerProcess } from "./server-process.fixture.ts";

/**
 * Conversations that are compacted, on request and in the middle of a turn, killed before and after every commit: afterwards they are compacted
 * whole, with an archive, or not at all, and go on.
 */
interface ChatMessage {
  readonly role: string;
  readonly content?: string | null;
  readonly tool_calls?: readonly { readonly id: string; readonly function: { readonly arguments: string } }[];
  readonly tool_call_id?: string;
}
const messagesOf = ({ body }: ModelServerRequest): readonly ChatMessage[] =>
  (body as { readonly messages: readonly ChatMessage[] }).messages;
const isSummary = (request: ModelServerRequest) => messagesOf(request)[0]?.content?.startsWith("You keep the memory") === true;
const usageOf = ({ body }: ModelServerRequest) => ({ promptTokens: Math.ceil(JSON.stringify(body).length / 4), completionTokens: 10 });

const prompt = "Write the six files.";
const steps = 6;
/** System prompt and tools take a third of it, a step a sixth. */
const contextWindow = 9_000;
const summary = "## Goal\nFiles.";

/** The step after the last that the request shows; what a summary covers is always older. */
function nextStep(request: ModelServerRequest): number {
  const written = messagesOf(request).flatMap(({ tool_calls = [] }) => tool_calls.map((call) => JSON.parse(call.function.arguments)));
  return Math.max(-1, ...written.map(({ path }: { path: string }) => Number.parseInt(path.slice(1), 10))) + 1;
}

function answerTo(request: ModelServerRequest): string {
  if (isSummary(request)) return textAnswer([summary], usageOf(request));
  const last = messagesOf(request).findLast(({ role }) => role === "user");
  const step = nextStep(request);
  if (last?.content === "Go on." || last?.content?.startsWith("Question") || step >= steps) return textAnswer(["Done."], usageOf(request));
  const input = { path: `f${step}.txt`, content: `${step} ${"y".repeat(6_000)}`, overwrite: true };
  return toolCallAnswer([{ id: `write-${step}`, name: "write_file", arguments: JSON.stringify(input) }], 4_096, usageOf(request));
}
const models: Answer = {
  headers: { "content-type": "application/json" },
  steps: [JSON.stringify({ object: "list", data: [{ id: "scripted", context_length: contextWindow }] })],
};

const environmentOf = (folder: string, model: ModelServer) => ({
  DISPATCH_API_KEY: "k",
  DISPATCH_BASE_URL: model.url,
  DISPATCH_MODEL: "scripted",
  DISPATCH_DB: join(folder, "data/dispatch.db"),
});
async function post(url: string, body: object): Promise<string> {
  try {
    const headers = { "content-type": "application/json" };
    return await (await fetch(url, { method: "POST", headers, body: JSON.stringify(body) })).text();
  } catch {
    // The server was killed under the client.
    return "";
  }
}
const chat = async (url: string, message: string) => eventsOf(await post(`${url}/chat`, { conversationId: "c1", message }));
const get = async <T>(url: string): Promise<T> => (await (await fetch(url)).json()) as T;
const chunksOf = async (url: string, id: string) => (await get<{ chunks: readonly StoredChunk[] }>(`${url}/conversations/${id}`)).chunks;

/** What a request shows is whole: one system message, each call with its result, the words that must be there once. */
function expectWhole(request: ModelServerRequest | undefined, words: string): void {
  if (request === undefined) throw new Error("nothing was asked");
  const messages = messagesOf(request);
  for (const [index, { tool_calls = [] }] of messages.entries()) {
    const behind = messages.slice(index + 1, index + 1 + tool_calls.length);
    expect(behind.map(({ tool_call_id }) => tool_call_id)).toEqual(tool_calls.map(({ id }) => id));
  }
  expect(messages.filter(({ role }) => role === "tool")).toHaveLength(messages.flatMap(({ tool_calls = [] }) => tool_calls).length);
  expect(messages.map(({ role }) => role).lastIndexOf("system")).toBe(0);
  expect(messages.filter(({ role, content }) => role === "user" && content === words)).toHaveLength(1);
}

/** Log and list of one moment: after a turn a conversation may still be compacted by itself. */
async function readAll(
  url: string,
): Promise<{ readonly chunks: readonly StoredChunk[]; readonly conversations: readonly ConversationMeta[] }> {
  for (;;) {
    const { conversations } = await get<{ conversations: readonly ConversationMeta[] }>(`${url}/conversations`);
    const chunks = await chunksOf(url, "c1");
    const later = await get<{ conversations: readonly ConversationMeta[] }>(`${url}/conversations`);
    if (later.conversations.length === conversations.length) return { chunks, conversations };
  }
}

/** Compacted with every archive, or not at all: as many archives as summaries, each the log as it was before its summary. */
async function expectWholeOrNot(url: string): Promise<number> {
  const { chunks, conversations } = await readAll(url);
  expect(chunks.map(({ seq }) => seq)).toEqual(chunks.map((_, index) => index + 1));
  const archives = conversations.filter(({ id }) => id !== "c1");
  const summaries = chunks.filter(({ role }) => role === "system");
  expect(archives).toHaveLength(summaries.length);
  for (const { status, title } of archives) expect([status, title.startsWith("Archive: ")]).toEqual(["closed", true]);
  const compactedFrom = conversations.find(({ id }) => id === "c1")?.compactedFrom;
  expect(compactedFrom === undefined).toBe(summaries.length === 0);
  const latest = summaries.at(-1)?.seq ?? 0;
  if (compactedFrom !== undefined) expect(await chunksOf(url, compactedFrom)).toEqual(chunks.slice(0, latest - 1));
  return summaries.length;
}

interface Scene {
  /** Where it begins; absent: an empty folder. */
  readonly from?: string;
  act(url: string): Promise<unknown>;
  /** What the model must still read afterwards. */
  readonly words: string;
  /** It is compacted between two steps, not at the end. */
  readonly between: boolean;
}

/** Commits that belong to the first compaction, those of the step behind it included. */
const commitsLooked = 7;

/** Plays the scene to its end. Gives how many commits there were when the first summary was asked for, and at the end. */
async function rehearse(scene: Scene): Promise<{ readonly first: number; readonly last: number }> {
  await using folder = await folderFor(scene);
  let server: ServerProcess | undefined;
  const commits = async () => {
    if (server === undefined) throw new Error("there is no server yet");
    process.kill(server.pid, "SIGUSR2");
    return Number((await server.line(/^commits \d+/)).replace("commits ", ""));
  };
  let first: number | undefined;
  const script = async (request: ModelServerRequest) => {
    if (isSummary(request)) first ??= await commits();
    return answerTo(request);
  };
  await using model = await startModelServer({ script, models });
  await using started = await startServerProcess(folder.path, environmentOf(folder.path, model));
  server = started;
  await scene.act(server.url);
  expect(await expectWholeOrNot(server.url)).toBeGreaterThan(0);
  expect(model.requests.findIndex(isSummary) < model.requests.length - 1).toBe(scene.between);
  return { first: first ?? expect.fail("no summary was asked for"), last: await commits() };
}

async function survive(scene: Scene, kill: { readonly commit: number; readonly when: "before" | "after" }): Promise<void> {
  await using folder = await folderFor(scene);
  await using model = await startModelServer({ script: answerTo, models });
  const environment = environmentOf(folder.path, model);
  const first = await startServerProcess(folder.path, { ...environment, KILL_AT_COMMIT: String(kill.commit), KILL_WHEN: kill.when });
  const acted = scene.act(first.url);
  await Promise.race([first.exited, acted]);
  await first[Symbol.asyncDispose]();
  await acted;

  await using second = await startServerProcess(folder.path, environment);
  await get(`${second.url}/conversations/c1/last?timeoutMs=20000`);
  await expectWholeOrNot(second.url);
  const asked = model.requests.findLast((request) => !isSummary(request));
  if (asked !== undefined) expectWhole(asked, scene.words);
  const again = await chat(second.url, "Go on.");
  expect(again.find(({ type }) => type === "done")).toMatchObject({ reason: "stop" });
  expectWhole(
    model.requests.findLast((request) => !isSummary(request)),
    "Go on.",
  );
  await expectWholeOrNot(second.url);
}

async function folderFor({ from }: Scene): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "dispatch-compaction-crash-"));
  if (from !== undefined) await cp(from, path, { recursive: true });
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

async function playAll(scene: Scene): Promise<void> {
  const { first, last } = await rehearse(scene);
  expect(last).toBeGreaterThan(first);
  for (let commit = first; commit <= Math.min(last, first + commitsLooked); commit++)
    for (const when of ["before", "after"] as const)
      await survive(scene, { commit, when }).catch((thrown: unknown) => {
        throw new Error(`killed ${when} commit ${commit}: ${thrown instanceof Error ? thrown.message : String(thrown)}`, { cause: thrown });
      });
}

test("killed around every commit of a compaction on request, a conversation is compacted whole or not at all", async () => {
  const from = await mkdtemp(join(tmpdir(), "dispatch-compaction-crash-"));
  try {
    await using model = await startModelServer({ script: answerTo, models });
    {
      await using server = await startServerProcess(from, environmentOf(from, model));
      for (let turn = 1; turn <= 4; turn++) await chat(server.url, `Question ${turn}.`);
    }
    const act = (url: string) => post(`${url}/conversations/c1/compact`, { keepLastN: 2 });
    await playAll({ from, act, words: "Question 4.", between: false });
  } finally {
    await rm(from, { recursive: true, force: true });
  }
}, 240_000);

test("killed around every commit of a turn that is compacted on its way, the turn is taken up and ends, its prompt in view", async () => {
  const act = (url: string) => chat(url, prompt);
  await playAll({ act, words: prompt, between: true });
}, 240_000);
