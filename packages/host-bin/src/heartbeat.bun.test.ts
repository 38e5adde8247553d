import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "@dispatch/kernel";
import { openSqliteStorage } from "@dispatch/storage-sqlite";
import { FakeClock, startModelServer, textAnswer } from "@dispatch/testkit";
import { HttpAddress } from "@dispatch/transport-http/contract";
import type { HeartbeatRun } from "@dispatch/wire";
import { expect, test } from "vitest";
import { compose } from "./compose.ts";
import { readSettings } from "./settings.ts";

/** The whole server on a clock that the test moves. */
async function start() {
  const folder = await mkdtemp(join(tmpdir(), "dispatch-beat-"));
  const model = await startModelServer({ script: [textAnswer(["All is well."]), textAnswer(["Hello."])] });
  const clock = new FakeClock(Date.UTC(2026, 10, 3, 9));
  const database = await openSqliteStorage({ path: join(folder, "dispatch.db"), durability: "process" });
  const settings = readSettings({ DISPATCH_API_KEY: "a-key", DISPATCH_BASE_URL: model.url, DISPATCH_MODEL: "scripted" });
  const surroundings = { database, storage: database, clock, log: silentLog, cwd: folder, dataDir: folder };
  const kernel = await compose({ ...settings, port: 0, socketPort: 0 }, surroundings);
  const { url } = kernel.use(HttpAddress);
  return {
    clock,
    model,
    async ask<T = unknown>(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly body: T }> {
      const answer = await fetch(url + path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
      return { status: answer.status, body: (await answer.json()) as T };
    },
    async [Symbol.asyncDispose]() {
      await kernel[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
      await model[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

const systemOf = ({ body }: { readonly body: unknown }) =>
  (body as { messages: readonly { role: string; content: string }[] }).messages.find(({ role }) => role === "system")?.content;

test("a workspace looks at its task by itself, in a conversation of its own that a person can go on with", async () => {
  await using server = await start();
  const { ask, clock, model } = server;
  const path = "/workspaces/home/heartbeat";
  expect(await ask("PUT", path, { enabled: true })).toMatchObject({ status: 400, body: { code: "heartbeat/no-task" } });
  expect(await ask("PUT", path, { enabled: "yes" })).toMatchObject({ status: 400 });
  const task = { enabled: true, taskPrompt: "Look around.", systemPrompt: "You watch.", intervalMinutes: 15.5 };
  const config = { ...task, intervalMinutes: 15, model: "", reasoningEffort: null };
  expect(await ask("PUT", path, task)).toEqual({ status: 200, body: config });
  expect((await ask("GET", path)).body).toEqual(config);
  expect((await ask("GET", `${path}/next-run`)).body).toEqual({ nextRunAt: "2026-11-03T09:15:00.000Z" });
  await clock.advance(15 * 60_000);
  const runs = async () => (await ask<{ runs: readonly HeartbeatRun[] }>("GET", `${path}/runs`)).body.runs;
  let [run] = await runs();
  while (run?.status !== "completed") {
    await clock.advance(1);
    [run] = await runs();
  }
  const { conversationId } = run;
  expect(run).toEqual({ id: run.id, conversationId, triggeredAt: "2026-11-03T09:15:00.000Z", status: "completed" });
  expect((await ask("GET", "/conversations?workspaceId=home")).body).toMatchObject({
    conversations: [{ id: conversationId, title: "Heartbeat 2026-11-03 09:15 UTC", status: "idle" }],
  });
  expect((await ask("GET", `/conversations/${conversationId}/last`)).body).toMatchObject({ content: "All is well." });
  expect(await ask("POST", `${path}/runs/${run.id}/stop`)).toEqual({ status: 200, body: { ok: true } });
  expect(await ask("POST", `${path}/runs/none/stop`)).toMatchObject({ status: 404 });
  await ask("POST", `/conversations/${conversationId}/queue`, { text: "Thanks." });
  while (model.requests.length < 2) await clock.advance(1);
  const [first, second] = model.requests.map(systemOf);
  expect(first).toMatch(/^You watch\.\n\n/);
  expect(second).toBe(first);
  expect(await ask("DELETE", "/workspaces/home")).toMatchObject({ status: 200, body: { closedCount: 1 } });
  expect((await ask("GET", path)).body).toMatchObject({ enabled: false, taskPrompt: "" });
});
