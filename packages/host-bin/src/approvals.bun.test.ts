import { existsSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type ModelServer, startModelServer, textAnswer, toolCallAnswer } from "@dispatch/testkit";
import { connectClient } from "@dispatch/transport-ws/fixture";
import type { Approval, StoredChunk } from "@dispatch/wire";
import { expect, onTestFinished, test } from "vitest";
import { startServerProcess } from "./server-process.fixture.ts";

const root = resolve(import.meta.dirname, "../../..");
const hook = { path: ".git/hooks/pre-commit", content: "exit 0\n" };
const script = [toolCallAnswer([{ id: "1", name: "write_file", arguments: JSON.stringify(hook) }]), textAnswer(["Done."])];

/** A real server process in a folder with a repository, which can be killed and started again on its data. */
async function startStand() {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-approvals-")));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, ".git/hooks"), { recursive: true });
  const model: ModelServer = await startModelServer({ script });
  onTestFinished(() => model[Symbol.asyncDispose]());
  const start = async () => {
    const server = await startServerProcess(folder, {
      DISPATCH_API_KEY: "key",
      DISPATCH_BASE_URL: model.url,
      DISPATCH_MODEL: "scripted",
      DISPATCH_DB: join(folder, "data/dispatch.db"),
    });
    onTestFinished(() => server[Symbol.asyncDispose]());
    return server;
  };
  return { folder, model, start, file: join(folder, hook.path) };
}

const get = async <T>(url: string): Promise<T> => (await (await fetch(url)).json()) as T;
const waiting = async (url: string): Promise<readonly Approval[]> =>
  (await get<{ approvals: readonly Approval[] }>(`${url}/approvals`)).approvals;

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Begins a turn that waits, and kills the server while it does. Gives the question. */
async function killedWaiting(stand: Awaited<ReturnType<typeof startStand>>): Promise<Approval> {
  const server = await stand.start();
  const turn = fetch(`${server.url}/chat`, { method: "POST", body: JSON.stringify({ conversationId: "c", message: "Go" }) });
  void turn.then((response) => response.text()).catch(() => {});
  const asked = await until(async () => (await waiting(server.url))[0]);
  process.kill(server.pid, "SIGKILL");
  await server.exited;
  expect(existsSync(stand.file)).toBe(false);
  return asked;
}

const sealed = (url: string) =>
  until(async () => ((await get<{ isActive: boolean }>(`${url}/conversations/c/status`)).isActive ? undefined : true));
const results = async (url: string) =>
  (await get<{ chunks: readonly StoredChunk[] }>(`${url}/conversations/c`)).chunks.flatMap(({ chunk }) =>
    chunk.type === "tool-result" ? [chunk.content] : [],
  );

test("a server that is killed while a turn waits shows the question again at its next start, and a yes over the WebSocket makes the very call", async () => {
  const stand = await startStand();
  const asked = await killedWaiting(stand);
  const server = await stand.start();
  expect(await waiting(server.url)).toEqual([asked]);
  using client = await connectClient(`${server.url.replace("http", "ws")}/ws`);
  client.send({ type: "subscribe", surfaceId: "approvals" });
  const { spec } = await client.next("surface");
  expect(spec.fields[0]).toEqual({ kind: "custom", rendererId: "approvals", payload: { approvals: [asked] } });
  client.send({ type: "invoke", surfaceId: "approvals", actionId: "approvals/answer", payload: { approvalId: asked.id, allow: true } });
  const { update } = await client.next("update");
  expect(update.spec.fields[0]).toEqual({ kind: "custom", rendererId: "approvals", payload: { approvals: [] } });
  await sealed(server.url);
  expect(existsSync(stand.file)).toBe(true);
  expect(await results(server.url)).toEqual([expect.stringContaining("Created .git/hooks/pre-commit")]);
  // The model was not asked again for what it had said before.
  expect(stand.model.requests).toHaveLength(2);
});

test("the terminal answers a question that outlived its server: denied, nothing is written and the model reads why", async () => {
  const stand = await startStand();
  const asked = await killedWaiting(stand);
  const server = await stand.start();
  const dispatch = async (...words: readonly string[]) => {
    const child = Bun.spawn(["sh", join(root, "bin/bun"), join(root, "packages/cli/src/main.ts"), ...words, "--server", server.url], {
      env: { PATH: process.env.PATH },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    return { stdout: await child.stdout.text(), exitCode: await child.exited };
  };
  const { stdout } = await dispatch("approvals");
  expect(stdout).toContain(`${asked.id.slice(0, 8)} write_file | conversation c | `);
  expect(stdout).toContain("  │ +exit 0\n");
  expect(await dispatch("deny", asked.id.slice(0, 8), "--reason", "no hooks")).toMatchObject({
    stdout: expect.stringContaining("write_file: denied by "),
    exitCode: 0,
  });
  await sealed(server.url);
  expect(existsSync(stand.file)).toBe(false);
  expect(await results(server.url)).toEqual(["The person said no to this call: no hooks"]);
  expect((await dispatch("approve", asked.id)).exitCode).toBe(5);
});
