import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contentChunk, type ModelServerRequest, startModelServer, textAnswer, toolCallAnswer } from "@dispatch/testkit";
import type { AgentEvent, StoredChunk, TurnMetrics } from "@dispatch/wire";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ServerProcess, startServerProcess } from "./server-process.fixture.ts";

/**
 * One turn of three steps, killed at every commit (before and after it) and at many bytes of the provider's answers. Step one reads a file, step
 * two writes one, step three answers. The model answers by what the request holds, so a resumed turn is asked to go on where it stopped.
 */
const answerText = "The file says hello, and its copy is written.";
const answers = [
  contentChunk("I read it first. ") + toolCallAnswer([{ id: "read-1", name: "read_file", arguments: '{"path":"greeting.txt"}' }]),
  contentChunk("Now the copy. ") +
    toolCallAnswer([{ id: "write-1", name: "write_file", arguments: '{"path":"copy.txt","content":"hello","overwrite":true}' }]),
  textAnswer(answerText.split(/(?<= )/)),
];
const bytesOf = answers.reduce((sum, answer) => sum + Buffer.byteLength(answer), 0);
const bytePoints = 26;

interface ChatMessage {
  readonly role: string;
  readonly content?: unknown;
  readonly tool_calls?: readonly { readonly id: string }[];
  readonly tool_call_id?: string;
}
const messagesOf = ({ body }: ModelServerRequest): readonly ChatMessage[] =>
  (body as { readonly messages: readonly ChatMessage[] }).messages;

/** How far the last prompt's turn has come, by the tool calls that came to an end: one that was interrupted is made again. */
function answerTo(request: ModelServerRequest): string {
  const messages = messagesOf(request);
  const prompt = messages.findLastIndex(({ role }) => role === "user");
  const results = messages
    .slice(prompt)
    .filter(({ role, content }) => role === "tool" && !/^(Interrupted|Not run)/.test(String(content))).length;
  return messages[prompt]?.content === "again" ? (answers[2] ?? "") : (answers[results] ?? "");
}

async function chat(url: string, message: string): Promise<readonly AgentEvent[]> {
  const seen: AgentEvent[] = [];
  let rest = "";
  try {
    const response = await fetch(`${url}/chat`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ conversationId: "c1", message }),
    });
    for await (const text of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      seen.push(...lines.map((line) => JSON.parse(line) as AgentEvent));
    }
  } catch {
    // The server was killed under the client: what it saw until then counts.
  }
  return seen;
}

const get = async <T>(url: string): Promise<T> => (await (await fetch(url)).json()) as T;

function expectWholeRequests(requests: readonly ModelServerRequest[]): void {
  for (const request of requests) {
    const messages = messagesOf(request);
    for (const [index, { tool_calls = [] }] of messages.entries()) {
      const behind = messages.slice(index + 1, index + 1 + tool_calls.length);
      expect(behind.map(({ tool_call_id }) => tool_call_id)).toEqual(tool_calls.map(({ id }) => id));
    }
    const results = messages.filter(({ role }) => role === "tool").length;
    expect(results).toBe(messages.flatMap(({ tool_calls = [] }) => tool_calls).length);
  }
}

/** All text that a client saw of one step in a row is the beginning of some stored text. */
function expectStored(seen: readonly AgentEvent[], chunks: readonly StoredChunk[]): void {
  const texts = chunks.flatMap(({ chunk }) => (chunk.type === "text" ? [chunk.text] : []));
  let text = "";
  const check = () => {
    if (text !== "")
      expect(
        texts.some((stored) => stored.startsWith(text)),
        `seen and not stored: ${text}`,
      ).toBe(true);
    text = "";
  };
  for (const event of seen) {
    if (event.type === "text-delta") {
      text += event.delta;
      continue;
    }
    check();
    if (event.type === "user-message") expect(texts).toContain(event.text);
    if (event.type === "tool-call")
      expect(chunks.map(({ chunk }) => chunk)).toContainEqual(expect.objectContaining({ type: "tool-call", toolCallId: event.toolCallId }));
    if (event.type === "tool-result")
      expect(chunks.map(({ chunk }) => chunk)).toContainEqual(
        expect.objectContaining({ type: "tool-result", toolCallId: event.toolCallId, content: event.content }),
      );
  }
  check();
}

function expectNumbered(chunks: readonly StoredChunk[]): void {
  expect(chunks.map(({ seq }) => seq)).toEqual(chunks.map((_, index) => index + 1));
  const ids = chunks.map(({ messageId }) => messageId);
  const groups = ids.filter((id, index) => id !== ids[index - 1]);
  expect(new Set(groups).size).toBe(groups.length);
}

type Kill = { readonly commit: number; readonly when: "before" | "after" } | { readonly byte: number };

async function surviveKill(kill: Kill): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "dispatch-crash-"));
  await writeFile(join(folder, "greeting.txt"), "hello\n");
  await using model = await startModelServer({ script: answerTo });
  const environment = {
    DISPATCH_API_KEY: "k",
    DISPATCH_BASE_URL: model.url,
    DISPATCH_MODEL: "scripted",
    DISPATCH_DB: join(folder, "data/dispatch.db"),
  };
  const doom = "commit" in kill ? { KILL_AT_COMMIT: String(kill.commit), KILL_WHEN: kill.when } : {};
  try {
    const first = await startServerProcess(folder, { ...environment, ...doom });
    if ("byte" in kill) model.atByte(kill.byte, () => void process.kill(first.pid, "SIGKILL"));
    const seen = await chat(first.url, "copy the greeting");
    await first.exited;

    await using second = await startServerProcess(folder, environment);
    await get(`${second.url}/conversations/c1/last?timeoutMs=20000`);
    const prompted = seen.length > 0;
    const { chunks } = await get<{ chunks: StoredChunk[] }>(`${second.url}/conversations/c1`);
    expectStored(seen, chunks);
    expectNumbered(chunks);
    if (prompted) await expectEnded(second, chunks);

    const again = await chat(second.url, "again");
    expect(again.at(-1)).toMatchObject({ type: "turn-sealed" });
    expect(again.find(({ type }) => type === "done")).toMatchObject({ reason: "stop" });
    expectWholeRequests(model.requests);
    expectNumbered((await get<{ chunks: StoredChunk[] }>(`${second.url}/conversations/c1`)).chunks);
    if (prompted) expect(await readFile(join(folder, "copy.txt"), "utf8")).toBe("hello");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function expectEnded({ url }: ServerProcess, chunks: readonly StoredChunk[]): Promise<void> {
  expect(await get(`${url}/conversations/c1/status`)).toEqual({ conversationId: "c1", isActive: false, status: "idle" });
  const { turns } = await get<{ turns: TurnMetrics[] }>(`${url}/conversations/c1/metrics`);
  expect(turns).toHaveLength(1);
  expect(chunks.at(-1)?.chunk).toMatchObject({ type: "text", text: answerText });
  for (const { chunk } of chunks)
    if (chunk.type === "tool-call")
      expect(
        chunks.filter(({ chunk: other }) => other.type === "tool-result" && other.toolCallId === chunk.toolCallId).length,
      ).toBeGreaterThan(0);
}

describe("a server that is killed in the middle of a turn loses nothing and goes on", () => {
  let commits = 0;

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), "dispatch-crash-"));
    await writeFile(join(folder, "greeting.txt"), "hello\n");
    await using model = await startModelServer({ script: answerTo });
    await using server = await startServerProcess(folder, {
      DISPATCH_API_KEY: "k",
      DISPATCH_BASE_URL: model.url,
      DISPATCH_MODEL: "scripted",
      DISPATCH_DB: join(folder, "d.db"),
    });
    const seen = await chat(server.url, "copy the greeting");
    expect(seen.at(-1)?.type).toBe("turn-sealed");
    process.kill(server.pid, "SIGUSR2");
    commits = Number((await server.line(/^commits \d+/)).replace("commits ", ""));
    await rm(folder, { recursive: true, force: true });
  });
  afterAll(() => expect(2 * commits + bytePoints).toBeGreaterThanOrEqual(40));

  for (const when of ["before", "after"] as const)
    test(`${when} every commit`, async () => {
      expect(commits).toBeGreaterThanOrEqual(8);
      for (let commit = 1; commit <= commits; commit++) await withPoint(`${when} commit ${commit}`, () => surviveKill({ commit, when }));
    }, 240_000);

  for (const part of [0, 1])
    test(`at bytes of the provider's answers, part ${part + 1}`, async () => {
      for (let point = part; point < bytePoints; point += 2) {
        const byte = 1 + Math.floor((point * (bytesOf - 2)) / bytePoints);
        await withPoint(`byte ${byte}`, () => surviveKill({ byte }));
      }
    }, 240_000);
});

async function withPoint(name: string, survive: () => Promise<void>): Promise<void> {
  try {
    await survive();
  } catch (thrown) {
    throw new Error(`killed ${name}: ${thrown instanceof Error ? thrown.message : String(thrown)}`, { cause: thrown });
  }
}
