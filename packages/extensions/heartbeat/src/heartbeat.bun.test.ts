import conversationStore from "@dispatch/conversation-store";
import opRegistry from "@dispatch/op-registry";
import { OpRegistry } from "@dispatch/op-registry/contract";
import secrets, { SecretValues } from "@dispatch/secrets";
import { Conversations, TakeSubmission } from "@dispatch/session-orchestrator/contract";
import { openDesk } from "@dispatch/session-orchestrator/fixture";
import systemPrompt from "@dispatch/system-prompt";
import { extensionLaws, FaultInjector, Gate, MemoryStorage, part, type ScriptedAnswer, testExtension } from "@dispatch/testkit";
import {
  closeConversation,
  deleteWorkspace,
  getHeartbeat,
  getNextHeartbeatRun,
  listHeartbeatRuns,
  type Op,
  setHeartbeat,
  stopHeartbeatRun,
} from "@dispatch/transport-contract";
import workspaces from "@dispatch/workspaces";
import { expect, test } from "vitest";
import heartbeat from "./index.ts";

const standIn = testExtension("session-orchestrator", {
  activate(host) {
    host.provide(Conversations, {} as Conversations);
  },
});
for (const [law, hold] of Object.entries(extensionLaws))
  test(law, () => hold(async () => ({ extension: heartbeat, others: [opRegistry, conversationStore, standIn, workspaces] })));

const minute = 60_000;
const hello: ScriptedAnswer = [part.text("Hello."), part.finish("stop")];
const defaults = { enabled: false, systemPrompt: "", taskPrompt: "", intervalMinutes: 30, model: "", reasoningEffort: null };

async function start({
  answers = Array<ScriptedAnswer>(300).fill(hello),
  storage = new MemoryStorage() as MemoryStorage | FaultInjector,
  extensions = [] as Parameters<typeof openDesk>[0]["extensions"],
  startedAt = 0,
} = {}) {
  const desk = await openDesk({
    answers,
    storage,
    extensions: [workspaces, secrets(new SecretValues()), systemPrompt, heartbeat, ...(extensions ?? [])],
  });
  desk.clock.jump(startedAt);
  const registry = desk.kernel.use(OpRegistry);
  const context = { signal: new AbortController().signal, caller: { name: "local", via: "internal" } };
  const call = async <Input, Output>(op: Op<Input, Output>, input: Input) => (await registry.call(op.id, input, context)) as Output;
  const runs = async (workspaceId = "w") => (await call(listHeartbeatRuns, { workspaceId })).runs;
  return {
    ...desk,
    call,
    runs,
    enable: (more: object = {}, workspaceId = "w") =>
      call(setHeartbeat, { workspaceId, enabled: true, taskPrompt: "Look around.", intervalMinutes: 10, ...more }),
    pass: (minutes: number) => desk.clock.advance(minutes * minute),
    /** Waits until that many runs were begun and none is running. */
    async ended(count: number, workspaceId = "w") {
      for (;;) {
        const all = await runs(workspaceId);
        if (all.length >= count && all.every(({ status }) => status !== "running")) return;
        await desk.clock.advance(1);
      }
    },
    statuses: async () => (await runs()).map(({ status }) => status),
  };
}

test("a workspace that nobody has set has the defaults, no runs and no next one", async () => {
  await using desk = await start();
  expect(await desk.call(getHeartbeat, { workspaceId: "w" })).toEqual(defaults);
  expect(await desk.runs()).toEqual([]);
  expect(await desk.call(getNextHeartbeatRun, { workspaceId: "w" })).toEqual({ nextRunAt: null });
  await expect(desk.call(stopHeartbeatRun, { workspaceId: "w", runId: "r" })).rejects.toMatchObject({
    kind: "missing",
    code: "heartbeat/unknown-run",
  });
  expect(desk.clock.sleeping).toBe(0);
});

test("only what is given changes; minutes are cut to whole ones, at least 1; what is no setting is refused", async () => {
  await using desk = await start();
  const set = (fields: object) => desk.call(setHeartbeat, { workspaceId: "w", ...fields });
  expect(await set({ taskPrompt: "Look.", model: "demo/echo", reasoningEffort: "low" })).toEqual({
    ...defaults,
    taskPrompt: "Look.",
    model: "demo/echo",
    reasoningEffort: "low",
  });
  expect(await set({ intervalMinutes: 5.9 })).toMatchObject({ taskPrompt: "Look.", intervalMinutes: 5 });
  for (const [given, kept] of [
    [0, 1],
    [-7.5, 1],
    [1.99, 1],
  ] as const)
    expect(await set({ intervalMinutes: given })).toMatchObject({ intervalMinutes: kept });
  expect(await set({ reasoningEffort: null })).toMatchObject({ reasoningEffort: null });
  for (const wrong of [
    { enabled: "yes" },
    { taskPrompt: 1 },
    { systemPrompt: null },
    { intervalMinutes: "5" },
    { intervalMinutes: 1e9 },
    { model: 7 },
    { reasoningEffort: "much" },
  ])
    await expect(set(wrong), JSON.stringify(wrong)).rejects.toMatchObject({ kind: "invalid" });
  await expect(desk.call(setHeartbeat, { workspaceId: "Not A Slug" })).rejects.toMatchObject({ kind: "invalid" });
  expect(await desk.call(getHeartbeat, { workspaceId: "w" })).toMatchObject({ taskPrompt: "Look.", intervalMinutes: 1, enabled: false });
});

test("without a task it is not enabled, and an enabled one does not lose its task", async () => {
  await using desk = await start();
  for (const fields of [{ enabled: true }, { enabled: true, taskPrompt: " \n" }])
    await expect(desk.call(setHeartbeat, { workspaceId: "w", ...fields })).rejects.toMatchObject({
      kind: "invalid",
      code: "heartbeat/no-task",
    });
  await desk.enable();
  await expect(desk.call(setHeartbeat, { workspaceId: "w", taskPrompt: "" })).rejects.toMatchObject({ code: "heartbeat/no-task" });
  expect(await desk.call(setHeartbeat, { workspaceId: "w", enabled: false, taskPrompt: "" })).toEqual({ ...defaults, intervalMinutes: 10 });
});

test("each time it begins a turn in a new conversation of the workspace, whose title says so", async () => {
  await using desk = await start();
  await desk.enable();
  expect(await desk.call(getNextHeartbeatRun, { workspaceId: "w" })).toEqual({ nextRunAt: "1970-01-01T00:26:40.000Z" });
  await desk.pass(9.9);
  expect(await desk.runs()).toEqual([]);
  await desk.pass(0.1);
  await desk.ended(1);
  await desk.pass(10);
  await desk.ended(2);
  const runs = await desk.runs();
  expect(runs.map(({ triggeredAt, status }) => [triggeredAt, status])).toEqual([
    ["1970-01-01T00:36:40.000Z", "completed"],
    ["1970-01-01T00:26:40.000Z", "completed"],
  ]);
  expect(new Set(runs.map(({ conversationId }) => conversationId)).size).toBe(2);
  expect(await desk.log.record(runs[1]?.conversationId ?? "")).toMatchObject({
    workspaceId: "w",
    title: "Heartbeat 1970-01-01 00:26 UTC",
    status: "idle",
  });
  expect(desk.model.requests.map(({ messages }) => messages.at(-1)?.parts.map(({ chunk }) => chunk))).toEqual(
    Array(2).fill([{ type: "text", text: "Look around." }]),
  );
  expect(await desk.call(getNextHeartbeatRun, { workspaceId: "w" })).toEqual({ nextRunAt: "1970-01-01T00:46:40.000Z" });
});

test("model and effort are those that were set, and stay the conversation's", async () => {
  await using desk = await start();
  await desk.enable({ model: "demo/other", reasoningEffort: "max" });
  await desk.pass(10);
  await desk.ended(1);
  const [{ conversationId } = { conversationId: "" }] = await desk.runs();
  expect(await desk.log.record(conversationId)).toMatchObject({ model: "demo/other", reasoningEffort: "max" });
  expect(desk.model.requests[0]).toMatchObject({ reasoningEffort: "max" });
});

test("a model that nobody knows is a failed turn that ends, and the rhythm goes on", async () => {
  await using desk = await start();
  await desk.enable({ model: "nobody/knows" });
  await desk.pass(10);
  await desk.ended(1);
  await desk.pass(10);
  await desk.ended(2);
  expect(await desk.statuses()).toEqual(["completed", "completed"]);
  expect(desk.model.requests).toEqual([]);
});

test("its prompt stands in front of the system prompt of its own conversations alone, and stays what it was", async () => {
  await using desk = await start();
  await desk.enable({ systemPrompt: "You watch over this folder." });
  await desk.pass(10);
  await desk.ended(1);
  const [{ conversationId } = { conversationId: "" }] = await desk.runs();
  await desk.enable({ enabled: false, systemPrompt: "Another." });
  for (const id of [conversationId, "c", "made.heartbeat"])
    await Array.fromAsync((await desk.conversations.submit({ conversationId: id, text: "Hi" })).events);
  const [first, later, other, alike] = desk.model.requests.map(({ system }) => system);
  expect(first).toMatch(/^You watch over this folder\.\n\n.*working directory/s);
  expect(later).toBe(first);
  expect([other, alike]).toEqual([first?.split("\n\n").slice(1).join("\n\n"), other]);
});

test("a run that still goes skips the next, and the rhythm stays", async () => {
  const gate = new Gate();
  await using desk = await start({ answers: [[part.text("a"), gate, part.finish("stop")], hello, hello] });
  await desk.enable();
  await desk.pass(10);
  await gate.reached;
  await desk.pass(25);
  expect(await desk.statuses()).toEqual(["running"]);
  gate.open();
  await desk.pass(0);
  await desk.ended(1);
  expect(await desk.statuses()).toEqual(["completed"]);
  await desk.pass(5);
  await desk.ended(2);
  expect((await desk.runs()).map(({ triggeredAt, status }) => [triggeredAt.slice(11, 16), status])).toEqual([
    ["00:56", "completed"],
    ["00:26", "completed"],
  ]);
});

test("stop ends the run's turn; of one that has ended it changes nothing", async () => {
  const gate = new Gate();
  await using desk = await start({ answers: [[part.text("a"), gate], hello] });
  await desk.enable();
  await desk.pass(10);
  await gate.reached;
  const stop = async () => desk.call(stopHeartbeatRun, { workspaceId: "w", runId: (await desk.runs()).at(-1)?.id ?? "" });
  expect(await stop()).toEqual({ ok: true });
  expect(await desk.statuses()).toEqual(["stopped"]);
  expect(desk.model.open).toBe(0);
  expect(await stop()).toEqual({ ok: true });
  await desk.pass(10);
  await desk.ended(2);
  expect(await desk.statuses()).toEqual(["completed", "stopped"]);
  const [{ id } = { id: "" }] = await desk.runs();
  await expect(desk.call(stopHeartbeatRun, { workspaceId: "other", runId: id })).rejects.toMatchObject({ kind: "missing" });
});

test("a turn that is stopped or closed as any other is stopped as a run too", async () => {
  const gate = new Gate();
  await using desk = await start({ answers: [[part.text("a"), gate]] });
  await desk.enable();
  await desk.pass(10);
  await gate.reached;

  await desk.call(closeConversation, { conversationId: (await desk.runs())[0]?.conversationId ?? "" });
  await desk.ended(1);
  expect(await desk.statuses()).toEqual(["stopped"]);
});

test("disabled it begins nothing; a new interval counts from when it is set, other changes keep the rhythm", async () => {
  await using desk = await start();
  const next = async () => (await desk.call(getNextHeartbeatRun, { workspaceId: "w" })).nextRunAt?.slice(11, 16);
  await desk.enable();
  await desk.pass(5);
  await desk.enable({ taskPrompt: "Another." });
  expect(await next()).toBe("00:26");
  await desk.enable({ intervalMinutes: 20 });
  expect(await next()).toBe("00:41");
  await desk.call(setHeartbeat, { workspaceId: "w", enabled: false });
  expect(await next()).toBeUndefined();
  await desk.pass(600);
  expect([await desk.runs(), desk.clock.sleeping]).toEqual([[], 0]);
});

test("a restart keeps settings and rhythm; what was missed meanwhile is one run, then the regular rhythm", async () => {
  const storage = new MemoryStorage();
  {
    await using desk = await start({ storage });
    await desk.enable();
    await desk.enable({ intervalMinutes: 60 }, "other");
    await desk.pass(10);
    await desk.ended(1);
  }
  await using desk = await start({ storage, startedAt: 0 });
  await desk.clock.advance(0);
  expect(await desk.call(getHeartbeat, { workspaceId: "w" })).toMatchObject({ enabled: true, intervalMinutes: 10 });
  expect(await desk.runs()).toHaveLength(1);
  desk.clock.jump(95 * minute);
  await desk.pass(1);
  await desk.pass(1);
  await desk.ended(2);
  await desk.ended(1, "other");
  expect(await desk.runs()).toHaveLength(2);
  expect(await desk.runs("other")).toHaveLength(1);
  const { nextRunAt } = await desk.call(getNextHeartbeatRun, { workspaceId: "w" });
  expect(nextRunAt).toBe("1970-01-01T01:56:40.000Z");
});

test("a run that the server left is resumed with its prompt and settled when its turn ends", async () => {
  const storage = new MemoryStorage();
  const gate = new Gate();
  const first = await start({ storage, answers: [[part.text("a"), gate]] });
  await first.enable({ systemPrompt: "You watch." });
  await first.pass(10);
  await gate.reached;
  await first[Symbol.asyncDispose]();
  await using desk = await start({ storage, answers: [hello] });
  const [{ conversationId } = { conversationId: "" }] = await desk.runs();
  await desk.conversations.queue(conversationId);
  await desk.ended(1);
  expect(await desk.statuses()).toEqual(["completed"]);
  expect(desk.model.requests[0]?.system).toMatch(/^You watch\.\n\n/);
});

test("wherever the storage breaks around a run, the next process settles it by what there is, and goes on", async () => {
  let at = 1;
  for (let struck = true; struck; at++) {
    const storage = new FaultInjector(new MemoryStorage());
    {
      await using desk = await start({ storage });
      await desk.enable();
      storage.arm({ operation: "commit", at, when: "before", lasting: true });
      await desk.pass(10);
      const hasStruck = () => storage.counts.commit >= at;
      while (!hasStruck() && (await desk.statuses())[0] !== "completed") await desk.pass(0);
      struck = hasStruck();
    }
    storage.disarm();
    await using desk = await start({ storage });
    const before = await desk.runs();
    await desk.ended(before.length);
    desk.clock.jump(20 * minute);
    await desk.pass(1);
    await desk.ended(before.length + 1);
    const runs = await desk.runs();
    expect(runs[0]?.status, `after commit ${at}`).toBe("completed");
    for (const { conversationId, status } of runs)
      expect((await desk.log.metrics(conversationId)).length > 0, `after commit ${at}`).toBe(status === "completed");
  }
  expect(at).toBeGreaterThan(4);
});

test("a submission that is refused is a stopped run, and the rhythm goes on", async () => {
  let refuses = true;
  const guard = testExtension("guard", {
    dependsOn: ["session-orchestrator"],
    activate(host) {
      host.on(TakeSubmission, (submission, next) => (refuses ? Promise.reject(new Error("no")) : next(submission)));
    },
  });
  await using desk = await start({ extensions: [guard] });
  await desk.enable();
  await desk.pass(10);
  await desk.ended(1);
  refuses = false;
  await desk.pass(10);
  await desk.ended(2);
  expect(await desk.statuses()).toEqual(["completed", "stopped"]);
  expect(desk.journal.told("heartbeat-failed")).toHaveLength(1);
});

test("deleting its workspace ends a heartbeat and the run that goes; deleting default does not", async () => {
  const storage = new MemoryStorage();
  const gate = new Gate();
  await using desk = await start({ storage, answers: [[part.text("a"), gate], hello] });
  await desk.enable({ systemPrompt: "You watch." });
  await desk.pass(10);
  await gate.reached;
  const [{ conversationId } = { conversationId: "" }] = await desk.runs();
  expect(await desk.call(deleteWorkspace, { workspaceId: "w" })).toEqual({ workspaceId: "w", closedCount: 1 });
  expect((await desk.log.record(conversationId))?.status).toBe("closed");
  await desk.pass(60);
  expect([await desk.runs(), await desk.call(getHeartbeat, { workspaceId: "w" })]).toEqual([[], defaults]);
  expect(await Array.fromAsync((await storage.open("heartbeat")).scan({ prefix: "" }))).toEqual([]);
  await desk.enable({}, "default");
  await expect(desk.call(deleteWorkspace, { workspaceId: "default" })).rejects.toMatchObject({ code: "workspaces/default-stays" });
  expect(await desk.call(getHeartbeat, { workspaceId: "default" })).toMatchObject({ enabled: true });
});

test("a clock that is set back does not silence it", async () => {
  await using desk = await start({ startedAt: 1_000 * minute });
  await desk.enable();
  desk.clock.jump(-900 * minute);
  await desk.pass(12);
  await desk.ended(1);
  expect(await desk.runs()).toHaveLength(1);
});

// Reaches sleepMsMax.
test("a clock that is set forward is noticed within a minute, however long the interval is", async () => {
  await using desk = await start();
  await desk.enable({ intervalMinutes: 600 });
  await desk.pass(0.5);
  desk.clock.jump(600 * minute);
  await desk.pass(0.4);
  expect(await desk.runs()).toEqual([]);
  await desk.pass(0.1);
  expect(await desk.runs()).toHaveLength(1);
  await desk.ended(1);
});

test("many workspaces beat each in its own rhythm", async () => {
  await using desk = await start();
  const intervals = [2, 3, 5];
  for (const n of intervals) await desk.enable({ intervalMinutes: n }, `w${n}`);
  for (let minutes = 1; minutes <= 30; minutes++) {
    await desk.pass(1);
    for (const n of intervals) await desk.ended(Math.floor(minutes / n), `w${n}`);
  }
  expect(await Promise.all(intervals.map(async (n) => (await desk.runs(`w${n}`)).length))).toEqual([15, 10, 6]);
});

test("what stands in front of a heartbeat's prompt goes with its conversation; the run stays listed", async () => {
  const storage = new MemoryStorage();
  await using desk = await start({ storage });
  await desk.enable({ systemPrompt: "You watch over this folder." });
  await desk.pass(10);
  await desk.ended(1);
  const before = await desk.runs();
  const conversationId = before[0]?.conversationId ?? "";
  const prompts = async () =>
    (await Array.fromAsync((await storage.open("heartbeat")).scan({ prefix: `prompt/${conversationId}` }))).length;
  expect(await prompts()).toBe(1);
  await desk.conversations.close(conversationId);
  await desk.conversations.remove(conversationId);
  expect([await prompts(), (await desk.runs()).length]).toEqual([0, before.length]);
});
