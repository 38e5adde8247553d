import { mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { contentChunk, startModelServer, textAnswer, toolCallAnswer } from "@dispatch/testkit";
import { openTraceStore } from "@dispatch/trace-store";
import type { AgentEvent } from "@dispatch/wire";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { eventsOf } from "./api.fixture.ts";
import { freePorts, start, startServerProcess } from "./server-process.fixture.ts";

// What is loaded when it is first needed must be inside the executable: packages of npm, files of our own, and the threads that run them.
const root = resolve(import.meta.dirname, "../../..");
let folder = "";
let executable = "";
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-compiled-")));
  executable = join(folder, "bin/dispatch-server");
  const build = start([`${root}/bin/compile`, executable], folder);
  expect(await build.exited, build.errors()).toBe(0);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function chat(url: string, message: string, model: string): Promise<readonly AgentEvent[]> {
  const body = JSON.stringify({ message, model });
  const response = await fetch(`${url}/chat`, { method: "POST", headers: { "content-type": "application/json" }, body });
  return eventsOf(await response.text());
}

const environment = (more: { readonly [name: string]: string }) => ({
  ...freePorts(),
  // Nothing of this repository is in reach by it.
  PATH: "/usr/bin:/bin",
  DISPATCH_DB: join(folder, `${crypto.randomUUID()}/dispatch.db`),
  DISPATCH_FETCH_ALLOW: "127.0.0.1",
  ...more,
});

test("tools run what they load late: a page becomes Markdown in its thread, an edit shows its difference, a search compiles its pattern", async () => {
  const asked: string[] = [];
  const page = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch({ url }) {
      asked.push(new URL(url).pathname);
      return new Response("<h1>Title</h1><p>Some <b>bold</b> words.</p>", { headers: { "content-type": "text/html" } });
    },
  });
  onTestFinished(() => page.stop(true));
  await writeFile(join(folder, "note.txt"), "hello\n");
  const calls = [
    { id: "1", name: "web_fetch", arguments: JSON.stringify({ url: `http://127.0.0.1:${page.port}/` }) },
    { id: "2", name: "edit_file", arguments: JSON.stringify({ path: "note.txt", edits: [{ old: "hello", new: "goodbye" }] }) },
    { id: "3", name: "grep", arguments: JSON.stringify({ pattern: "good.*" }) },
    { id: "4", name: "web_search", arguments: JSON.stringify({ action: "search", query: "dispatch" }) },
  ];
  await using model = await startModelServer({
    script: (_, index) =>
      index < calls.length ? contentChunk("Next. ") + toolCallAnswer(calls.slice(index, index + 1)) : textAnswer(["Done."]),
  });
  await using server = await startServerProcess(
    folder,
    environment({
      DISPATCH_API_KEY: "k",
      DISPATCH_BASE_URL: model.url,
      DISPATCH_MODEL: "scripted",
      FIRECRAWL_API_KEY: "k",
      FIRECRAWL_API_URL: page.url.origin,
    }),
    [executable],
  );
  const seen = await chat(server.url, "go", "opencode/scripted");
  const results = seen.flatMap((event) => (event.type === "tool-result" ? [event] : []));
  expect(results.map(({ isError }) => isError)).toEqual([false, false, false, true]);
  expect(results[0]?.content).toContain("# Title");
  expect(results[0]?.content).toContain("**bold**");
  expect(results[2]?.content).toContain("note.txt");
  // What answers is no Firecrawl, but it was asked.
  expect(asked).toEqual(["/", "/v2/search"]);
  expect(await readFile(join(folder, "note.txt"), "utf8")).toBe("goodbye\n");
  expect(seen.find(({ type }) => type === "done")).toMatchObject({ reason: "stop" });
});

test("a backup is written in its thread", async () => {
  await using server = await startServerProcess(folder, environment({}), [executable]);
  const file = join(folder, "backup.db");
  const answer = await fetch(`${server.url}/backup`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ file }),
  });
  expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)]);
  expect((await readFile(file, "latin1")).slice(0, 15)).toBe("SQLite format 3");
});

test("every provider's library is there: the request reaches its server", async () => {
  await using model = await startModelServer({ script: () => ({ status: 400, steps: ["no"] }) });
  await using server = await startServerProcess(
    folder,
    environment({
      DISPATCH_CLAUDE_CREDENTIAL_KEY: "k",
      DISPATCH_ANTHROPIC_BASE_URL: model.url,
      OPENAI_API_KEY: "k",
      DISPATCH_OPENAI_BASE_URL: model.url,
      GEMINI_API_KEY: "k",
      DISPATCH_GOOGLE_BASE_URL: model.url,
      UMANS_API_KEY: "k",
      UMANS_BASE_URL: model.url,
    }),
    [executable],
  );
  for (const name of ["claude/m", "openai/m", "google/m", "umans/m"]) {
    const seen = await chat(server.url, "Hi", name);
    expect(
      seen.find(({ type }) => type === "error"),
      name,
    ).toMatchObject({ message: expect.stringContaining("400") });
  }
  expect(model.requests.map(({ path }) => path.replace(/\?.*/, ""))).toEqual([
    "/v1/messages",
    "/v1/responses",
    "/v1/models/m:streamGenerateContent",
    "/v1/chat/completions",
  ]);
});

test("the executable is its own collector: what the server journaled is in the trace database when it has left", async () => {
  const [journal, traces] = [join(folder, "journal/app.ndjson"), join(folder, "journal/traces.db")];
  await using server = await startServerProcess(folder, environment({ DISPATCH_JOURNAL: journal, DISPATCH_TRACE_DB: traces }), [
    executable,
  ]);
  const seen = await chat(server.url, "List the files here", "offline/assistant");
  const sealed = seen.find((event) => event.type === "turn-sealed");
  expect(await (await fetch(`${server.url}/health?verbose=1`)).json()).toMatchObject({ collector: { state: "running", restarts: 0 } });
  process.kill(server.pid, "SIGTERM");
  expect(await server.exited).toBe(0);
  await using store = await openTraceStore(traces, { readonly: true });
  expect(store.turns({ limit: 9 })).toMatchObject([{ turnId: sealed?.turnId, status: "ok" }]);
});

test("the executable is the client by any other name", async () => {
  expect(await start(["ln", "-s", executable, join(folder, "dispatch")], folder).exited).toBe(0);
  const linked = start([join(folder, "dispatch"), "--version"], folder);
  expect(await linked.line(/./)).toMatch(/^dispatch \d/);
  expect(await linked.exited).toBe(0);
});
