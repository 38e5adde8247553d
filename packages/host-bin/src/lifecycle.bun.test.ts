import { existsSync } from "node:fs";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { contentChunk, doneEvent, finishChunk, type ModelServer, startModelServer, textAnswer } from "@dispatch/testkit";
import type { AgentEvent, StoredChunk } from "@dispatch/wire";
import { expect, onTestFinished, test } from "vitest";
import { eventsOf } from "./api.fixture.ts";
import { freePorts, fromSource, type ServerProcess, start, startServerProcess } from "./server-process.fixture.ts";

const main = fromSource(resolve(import.meta.dirname, "main.ts"));
const receiver = fromSource(resolve(import.meta.dirname, "notify-receiver.fixture.ts"));

/** A model that begins its first answer and ends it when it is told to, and a real server before it. */
interface Stage {
  readonly folder: string;
  readonly model: ModelServer;
  readonly environment: { readonly [name: string]: string };
  finish(): void;
  begin(more?: { readonly [name: string]: string }): Promise<ServerProcess>;
}

async function stage(): Promise<Stage> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-life-")));
  const gate = Promise.withResolvers<void>();
  const slow = { steps: [contentChunk("Half, "), { until: gate.promise }, contentChunk("and the rest."), finishChunk("stop"), doneEvent] };
  const model = await startModelServer({ script: (_, index) => (index === 0 ? slow : textAnswer(["All of it."])) });
  onTestFinished(async () => {
    gate.resolve();
    await model[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });
  const environment = {
    ...freePorts(),
    DISPATCH_ENV_FILE: join(folder, "env"),
    DISPATCH_API_KEY: "k",
    DISPATCH_BASE_URL: model.url,
    DISPATCH_MODEL: "scripted",
    DISPATCH_DB: join(folder, "data/dispatch.db"),
  };
  await writeFile(join(folder, "env"), "");
  return {
    folder,
    model,
    environment,
    finish: gate.resolve,
    async begin(more = {}) {
      const server = await startServerProcess(folder, { ...environment, ...more }, main);
      onTestFinished(() => server[Symbol.asyncDispose]());
      return server;
    },
  };
}

const send = (url: string, conversationId: string) =>
  fetch(`${url}/chat`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ conversationId, message: "Hi" }),
  });

/** Begins a turn and waits until the model has said something. The events are those that came before the stream ended, or the server did. */
async function beginTurn(url: string): Promise<{ readonly events: Promise<readonly AgentEvent[]> }> {
  const response = await send(url, "c1");
  const said = Promise.withResolvers<void>();
  const read = async () => {
    const decoder = new TextDecoder();
    let text = "";
    try {
      for await (const bytes of response.body ?? new ReadableStream<Uint8Array>()) {
        text += decoder.decode(bytes, { stream: true });
        if (text.includes('"text-delta"')) said.resolve();
      }
    } catch {
      // The server ended under the client.
    }
    return eventsOf(text.slice(0, text.lastIndexOf("\n") + 1));
  };
  const events = read();
  await said.promise;
  return { events };
}

const chunksOf = async (url: string): Promise<readonly StoredChunk[]> =>
  ((await (await fetch(`${url}/conversations/c1`)).json()) as { chunks: StoredChunk[] }).chunks;

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s refuses new turns with 503, lets the running one finish, and exits with 0",
  async (signal) => {
    const { begin, finish } = await stage();
    const server = await begin();
    const { events } = await beginTurn(server.url);
    process.kill(server.pid, signal);
    await server.complaint(/Waiting at most 20 s for what runs \(1\)/);
    const refused = await send(server.url, "c2");
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("5");
    expect(await refused.json()).toMatchObject({ code: "session-orchestrator/leaving", kind: "unavailable" });
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    finish();
    const seen = await events;
    expect(seen.at(-1)?.type).toBe("turn-sealed");
    expect(seen.find(({ type }) => type === "done")).toMatchObject({ reason: "stop" });
    expect(await server.exited).toBe(0);
    expect(server.errors()).not.toContain("left to be resumed");
  },
);

test("a turn that outlasts the grace is left, and the next process resumes it", async () => {
  const { begin } = await stage();
  const first = await begin({ DISPATCH_GRACE_MS: "50" });
  const { events } = await beginTurn(first.url);
  process.kill(first.pid, "SIGTERM");
  expect(await first.exited).toBe(0);
  expect(first.errors()).toContain("The grace is over: 1 left to be resumed");
  expect((await events).some(({ type }) => type === "turn-sealed")).toBe(false);
  const second = await begin();
  await fetch(`${second.url}/conversations/c1/last?timeoutMs=20000`);
  expect((await chunksOf(second.url)).at(-1)?.chunk).toMatchObject({ type: "text", text: "All of it." });
});

test("a second signal ends at once, with 1, and the turn is resumed all the same", async () => {
  const { begin } = await stage();
  const first = await begin();
  const { events } = await beginTurn(first.url);
  process.kill(first.pid, "SIGTERM");
  await first.complaint(/a second signal ends at once/);
  process.kill(first.pid, "SIGTERM");
  expect(await first.exited).toBe(1);
  await events;
  const second = await begin();
  await fetch(`${second.url}/conversations/c1/last?timeoutMs=20000`);
  expect((await chunksOf(second.url)).at(-1)?.chunk).toMatchObject({ text: "All of it." });
});

test("an idle server leaves at once", async () => {
  const { begin } = await stage();
  const server = await begin();
  process.kill(server.pid, "SIGTERM");
  expect(await server.exited).toBe(0);
  expect(server.errors()).toBe("");
});

// Reaches closeMsMax.
test("SIGHUP takes over the log level, names what needs a restart, and keeps everything when the file is wrong", async () => {
  const { begin, folder } = await stage();
  const server = await begin();
  const write = (text: string) => writeFile(join(folder, "env"), text);
  await write("DISPATCH_LOG_LEVEL=debug\nOPENAI_API_KEY=a-secret-value\n");
  process.kill(server.pid, "SIGHUP");
  await server.complaint(/reload: The log level is debug\./);
  await server.complaint(/reload: Restart to use what changed: OPENAI_API_KEY\./);
  await write("DISPATCH_LOG_LEVLE=debug\n");
  process.kill(server.pid, "SIGHUP");
  await server.complaint(/reload: Nothing was changed: .*DISPATCH_LOG_LEVLE is no setting; did you mean DISPATCH_LOG_LEVEL/);
  await write("DISPATCH_LOG_LEVEL=debug\n");
  process.kill(server.pid, "SIGHUP");
  await server.complaint(/reload: Nothing changed\./);
  expect(server.errors()).not.toContain("a-secret-value");
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
});

test.each(["a path", "an abstract name"])("the service manager is told at %s: ready, alive, reloading, stopping", async (kind) => {
  const { begin, folder } = await stage();
  const path = kind === "a path" ? join(folder, "notify") : `@dispatch-${crypto.randomUUID()}`;
  const manager = start([...receiver, path], folder);
  onTestFinished(() => manager[Symbol.asyncDispose]());
  await manager.line(/^bound$/);
  const server = await begin({ NOTIFY_SOCKET: path, WATCHDOG_USEC: "60000" });
  expect(await manager.line(/./)).toBe('"READY=1\\n"');
  await manager.line(/^"WATCHDOG=1\\n"$/);
  await manager.line(/^"WATCHDOG=1\\n"$/);
  process.kill(server.pid, "SIGHUP");
  expect(await manager.line(/RELOADING/)).toMatch(/^"RELOADING=1\\nMONOTONIC_USEC=\d{4,}\\n"$/);
  await manager.line(/^"READY=1\\n"$/);
  process.kill(server.pid, "SIGTERM");
  await manager.line(/^"STOPPING=1\\nEXTEND_TIMEOUT_USEC=40000000\\n"$/);
  expect(await server.exited).toBe(0);
  expect(server.errors()).not.toContain("warn");
});

test("a service manager that does not listen is complained of once, and harms nothing", async () => {
  const { begin, folder } = await stage();
  const server = await begin({ NOTIFY_SOCKET: join(folder, "nobody-listens"), WATCHDOG_USEC: "6000" });
  await server.complaint(/The service manager does not take what it is told/);
  process.kill(server.pid, "SIGTERM");
  expect(await server.exited).toBe(0);
  expect(server.errors().match(/service manager/g)).toHaveLength(1);
});

test("an env file that is named and not there is refused in a sentence", async () => {
  const { begin } = await stage();
  await expect(begin({ DISPATCH_ENV_FILE: "/nowhere/env" })).rejects.toThrow(/names \/nowhere\/env, which is not there/);
  await expect(begin({ DISPATCH_ENV_FILE: "env" })).rejects.toThrow(/begins at the current folder/);
});

test("a server that is asked to leave while it starts leaves in order", async () => {
  const { folder, environment } = await stage();
  const server = start(main, folder, environment);
  onTestFinished(() => server[Symbol.asyncDispose]());
  // The lock of the database is there before the server listens.
  while (!existsSync(join(folder, "data/dispatch.db")) && !server.errors()) await Bun.sleep(1);
  process.kill(server.pid, "SIGTERM");
  expect(await server.exited).toBe(0);
});
