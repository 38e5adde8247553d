import { mkdtemp, readdir, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startModelServer, textAnswer, toolCallAnswer } from "@dispatch/testkit";
import { openTraceStore } from "@dispatch/trace-store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePorts, fromSource, type ServerProcess, startServerProcess } from "./server-process.fixture.ts";

const main = resolve(import.meta.dirname, "main.ts");
const client = resolve(import.meta.dirname, "../../cli/src/main.ts");

let folder: string;
let model: Awaited<ReturnType<typeof startModelServer>>;
let server: ServerProcess;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-trace-command-")));
  const call = toolCallAnswer([{ id: "1", name: "glob", arguments: JSON.stringify({ pattern: "*" }) }]);
  model = await startModelServer({ script: [call, textAnswer(["Nothing there."]), textAnswer(["Still nothing."])] });
  const environment = {
    ...freePorts(),
    DISPATCH_API_KEY: "a-key-of-the-tests",
    DISPATCH_BASE_URL: model.url,
    DISPATCH_MODEL: "scripted",
    DISPATCH_TRACE_RECORDINGS: "on",
  };
  server = await startServerProcess(folder, environment, fromSource(main));
  for (const message of ["What is here?", "And now?"])
    await (
      await fetch(`${server.url}/chat`, { method: "POST", body: JSON.stringify({ message, conversationId: "c1", cwd: folder }) })
    ).text();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** The real client in the server's folder, with nothing to say where the database is. */
async function trace(...words: readonly string[]) {
  const child = Bun.spawn([...fromSource(client), "trace", ...words], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? "" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, exitCode] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { stdout, stderr, exitCode };
}

/** Both turns with their ends, the newest first: the collector needs a moment. */
async function tracedTurns(): Promise<readonly string[]> {
  const list = async () => {
    const { stdout } = await trace("list", "--json");
    const { turns } = JSON.parse(stdout === "" ? '{"turns":[]}' : stdout) as { turns: readonly { turnId: string; durationMs?: number }[] };
    return turns.flatMap(({ turnId, durationMs }) => (durationMs === undefined ? [] : [turnId]));
  };
  await expect.poll(list, { timeout: 20_000 }).toHaveLength(2);
  return list();
}

interface Asked {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly tools: readonly object[];
}
const asked = (step: number): Asked => (model.requests[step] ?? { body: {} }).body as Asked;

test("a turn of the running server is found, shown as a tree, and its prompts are what the model got", async () => {
  const [, first = ""] = await tracedTurns();
  const { stdout: tree } = await trace(first);
  expect(tree).toMatch(/^- turn \d+ms \{model=opencode\/scripted/);
  for (const name of ["step", "prompt", "ttft", "decode", "provider.request", "tool-call"])
    expect(tree).toMatch(new RegExp(`^ {2,4}- ${name} `, "m"));
  for (const step of [0, 1]) {
    const { stdout } = await trace("prompt", first, "--step", `${step}`, "--json");
    const { system, messages, tools } = JSON.parse(stdout) as {
      system: string;
      messages: readonly { role: string; parts: readonly { chunk: { text?: string; content?: string } }[] }[];
      tools: readonly object[];
    };
    expect([system, ...messages.map(({ role }) => role)]).toEqual([
      asked(step).messages[0]?.content,
      ...asked(step)
        .messages.slice(1)
        .map(({ role }) => role),
    ]);
    expect(messages[0]?.parts[0]?.chunk.text).toBe("What is here?");
    expect(tools.length).toBe(asked(step).tools.length);
  }
});

test("the next turn's prompt begins with all of the last one's: the provider's cache holds", async () => {
  const [second = "", first = ""] = await tracedTurns();
  const { stdout } = await trace("diff", first, second);
  expect(stdout).toMatch(/^The second begins with all of the first and goes on at message 4 \(assistant\)/);
});

test("a turn is replayed by the server with the same events, and recorded as files", async () => {
  const [, first = ""] = await tracedTurns();
  const replay = await trace("replay", first, "--server", server.url);
  expect([replay.stderr, replay.exitCode]).toEqual(["", 0]);
  expect(replay.stdout).toMatch(/^The same \d+ events\.\n$/);
  const { exitCode } = await trace("record", first, "--out", "recording", "--server", server.url);
  expect([exitCode, (await readdir(join(folder, "recording"))).length > 0]).toEqual([0, true]);
  expect((await trace("replay", "turn-nobody-knows", "--server", server.url)).exitCode).toBe(4);
});

test("without a server a turn is replayed and recorded from the trace database, and one that was not recorded says how it would be", async () => {
  const [, first = ""] = await tracedTurns();
  const replay = await trace("replay", first);
  expect([replay.stdout, replay.stderr, replay.exitCode]).toEqual([expect.stringMatching(/^The same \d+ events\.\n$/), "", 0]);
  expect((await trace("record", first, "--out", "offline")).exitCode).toBe(0);
  const text = (of: string) => readFile(join(folder, of, "recording.json"), "utf8");
  expect(await text("offline")).toBe(await text("recording"));
  const db = join(folder, "bare.db");
  {
    await using store = await openTraceStore(db);
    store.insert([{ kind: "log", level: "info", msg: "hello", extensionId: "turn-trace", timestamp: 1, turnId: "turn-bare" }]);
  }
  const bare = await trace("replay", "turn-bare", "--db", db);
  expect([bare.stderr, bare.exitCode]).toEqual([expect.stringContaining("DISPATCH_TRACE_RECORDINGS"), 4]);
  expect((await trace("replay", "turn-nobody-knows")).stderr).toContain("No Dispatch server answers");
});
