import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineTool, say } from "@dispatch/kernel";
import { Gate, MemoryStorage, part, testExtension } from "@dispatch/testkit";
import type { StoredChunk } from "@dispatch/wire";
import { expect, test } from "vitest";
import { z } from "zod";
import { ShapeFolder, ShapeTurn, StatusChanged } from "./contract.ts";
import { all, faultyStorage, openDesk, types, until } from "./desk.fixture.ts";

const hello = [part.text("Hel"), part.text("lo."), part.usage(10, 2), part.finish("stop")];
const echo = (run: () => Promise<string> = async () => "echoed") =>
  defineTool({
    name: "echo",
    description: "Says it again.",
    input: z.object({}),
    effect: "write",
    timeoutMs: 1_000,
    run: async () => say(await run()),
  });
const callEcho = [part.text("Calling. "), part.call("1", "echo", {}), part.finish("tool-calls")];
const brief = (chunks: readonly StoredChunk[]) =>
  chunks.map(({ seq, role, chunk }) => `${seq} ${role} ${chunk.type}${"text" in chunk ? ` ${chunk.text}` : ""}`);

test("a turn's events come in the canonical order, and everything is readable when it is sealed", async () => {
  await using desk = await openDesk({ answers: [hello] });
  const { conversationId, turnId, events } = await desk.conversations.submit({ text: "Hi" });
  const seen = await all(events);
  expect(types(seen)).toEqual(["user-message", "turn-start", "text-delta", "text-delta", "usage", "step-complete", "done", "turn-sealed"]);
  expect(new Set(seen.map((event) => event.conversationId))).toEqual(new Set([conversationId]));
  expect(seen.at(-2)).toMatchObject({ reason: "stop", usage: { inputTokens: 10, outputTokens: 2 }, contextSize: 12 });
  expect(brief(await desk.log.chunks(conversationId, {}))).toEqual(["1 user text Hi", "2 assistant text Hello."]);
  expect(await desk.log.metrics(conversationId)).toMatchObject([
    { turnId, reason: "stop", contextSize: 12, usage: { inputTokens: 10, outputTokens: 2 } },
  ]);
  expect(await desk.log.record(conversationId)).toMatchObject({ status: "idle", title: "Hi", model: null, workspaceId: "default" });
});

test("the next turn reads what the last one left", async () => {
  await using desk = await openDesk({ answers: [hello, hello] });
  for (const text of ["one", "two"]) await all((await desk.conversations.submit({ conversationId: "c", text })).events);
  expect(
    desk.model.requests[1]?.messages.map(({ role, parts }) => [role, parts.map(({ chunk }) => "text" in chunk && chunk.text)]),
  ).toEqual([
    ["user", ["one"]],
    ["assistant", ["Hello."]],
    ["user", ["two"]],
  ]);
});

test("an unknown model is a turn that fails and is sealed, with its reason in the log", async () => {
  await using desk = await openDesk({ answers: [hello] });
  const seen = await all((await desk.conversations.submit({ conversationId: "c", text: "Hi", model: "nobody/x" })).events);
  expect(types(seen)).toEqual(["user-message", "turn-start", "error", "done", "turn-sealed"]);
  expect(seen[2]).toMatchObject({ kind: "invalid", message: expect.stringContaining("nobody") });
  expect(seen[3]).toMatchObject({ reason: "error" });
  expect((await desk.log.chunks("c", {})).map(({ chunk }) => chunk.type)).toEqual(["text", "error"]);
  expect(await desk.log.metrics("c")).toMatchObject([{ reason: "error" }]);
  expect((await desk.log.record("c"))?.model).toBeNull();
});

test("a folder that is not there fails the turn with a sentence on what to do, and the next turn works", async () => {
  await using desk = await openDesk({ answers: [hello] });
  const seen = await all((await desk.conversations.submit({ conversationId: "c", text: "Hi", cwd: "/nowhere/at/all" })).events);
  expect(seen.find(({ type }) => type === "error")).toMatchObject({ message: expect.stringContaining("/nowhere/at/all") });
  expect((await desk.log.record("c"))?.cwd).toBe("/nowhere/at/all");
  await desk.conversations.change("c", { cwd: null });
  expect(types(await all((await desk.conversations.submit({ conversationId: "c", text: "Hi" })).events)).at(-1)).toBe("turn-sealed");
});

test("the folder that a conversation stands on can be shaped: it is used without an own one, and a relative one begins there", async () => {
  const ground = await mkdtemp(join(tmpdir(), "dispatch-ground-"));
  await mkdir(join(ground, "inner"));
  const asked: unknown[] = [];
  const seen: string[] = [];
  const shaper = testExtension("shaper", {
    dependsOn: ["session-orchestrator"],
    activate(host) {
      host.on(ShapeFolder, (folder, context) => {
        asked.push({ folder, ...context });
        return ground;
      });
      host.on(ShapeTurn, (shape, { cwd }) => {
        seen.push(cwd);
        return shape;
      });
    },
  });
  await using desk = await openDesk({ answers: [hello, hello, hello], extensions: [shaper] });
  const turn = async (cwd?: string) =>
    all(
      (await desk.conversations.submit({ conversationId: "c", text: "Hi", workspaceId: "w", ...(cwd === undefined ? {} : { cwd }) }))
        .events,
    );
  await turn();
  await turn("./inner");
  await turn("/");
  const real = await realpath(ground);
  expect(seen).toEqual([real, join(real, "inner"), "/"]);
  expect(asked[0]).toEqual({ folder: desk.folder, conversationId: "c", workspaceId: "w" });
  await rm(ground, { recursive: true });
});

test("a resolved model is kept, the effort of one turn is not", async () => {
  await using desk = await openDesk({ answers: [hello, hello] });
  await all((await desk.conversations.submit({ conversationId: "c", text: "Hi", model: "demo/other", reasoningEffort: "low" })).events);
  await all((await desk.conversations.submit({ conversationId: "c", text: "Hi" })).events);
  expect(await desk.log.record("c")).toMatchObject({ model: "demo/other", reasoningEffort: null });
  expect(desk.model.requests.map(({ reasoningEffort }) => reasoningEffort)).toEqual(["low", "high"]);
});

test("a second turn is refused while one runs, and the first goes on", async () => {
  const gate = new Gate();
  await using desk = await openDesk({ answers: [[part.text("a"), gate, part.text("b"), part.finish("stop")]] });
  const { events } = await desk.conversations.submit({ conversationId: "c", text: "Hi" });
  await gate.reached;
  await expect(desk.conversations.submit({ conversationId: "c", text: "Me too" })).rejects.toMatchObject({
    kind: "conflict",
    code: "session-orchestrator/turn-running",
  });
  gate.open();
  expect(types(await all(events)).at(-1)).toBe("turn-sealed");
});

test("a queued message steers the turn after the step's tool results, and is stored there", async () => {
  const gate = new Gate();
  await using desk = await openDesk({
    answers: [callEcho, hello],
    tools: [
      echo(async () => {
        await gate.pass();
        return "echoed";
      }),
    ],
  });
  const { events } = await desk.conversations.submit({ conversationId: "c", text: "Hi" });
  await gate.reached;
  await desk.conversations.enqueue("c", "also this");
  expect(await desk.conversations.enqueue("c", "and that")).toMatchObject({
    startedTurn: false,
    queue: [{ text: "also this" }, { text: "and that" }],
  });
  gate.open();
  const seen = await all(events);
  expect(types(seen)).toEqual([
    "user-message",
    "turn-start",
    "text-delta",
    "tool-call",
    "step-complete",
    "tool-result",
    "steering",
    "text-delta",
    "text-delta",
    "usage",
    "step-complete",
    "done",
    "turn-sealed",
  ]);
  expect(brief(await desk.log.chunks("c", {}))).toEqual([
    "1 user text Hi",
    "2 assistant text Calling. ",
    "3 assistant tool-call",
    "4 tool tool-result",
    "5 user text also this\n\nand that",
    "6 assistant text Hello.",
  ]);
  expect(await desk.conversations.queue("c")).toEqual([]);
});

test("without tool calls, what waits becomes the next turn, with no idle between", async () => {
  const gate = new Gate();
  const statuses: string[] = [];
  const spy = testExtension("spy", {
    dependsOn: ["session-orchestrator"],
    activate: (host) => void host.on(StatusChanged, ({ status }) => void statuses.push(status)),
  });
  await using desk = await openDesk({ answers: [[part.text("a"), gate, part.finish("stop")], hello], extensions: [spy] });
  const watch = desk.conversations.watch("c");
  await desk.conversations.submit({ conversationId: "c", text: "Hi" });
  await gate.reached;
  for (const text of ["x", "y"]) await desk.conversations.enqueue("c", text);
  gate.open();
  await until(watch, "turn-sealed");
  expect((await until(watch, "turn-sealed"))[0]).toMatchObject({ type: "user-message", text: "x\n\ny" });
  expect(await desk.conversations.settled("c", 1_000, new AbortController().signal)).toMatchObject({ settled: true });
  expect(statuses).toEqual(["active", "active", "idle"]);
  expect(await desk.log.metrics("c")).toHaveLength(2);
});

test("a cancelled message is gone, once", async () => {
  const gate = new Gate();
  await using desk = await openDesk({ answers: [[part.text("a"), gate, part.finish("stop")]] });
  const { events } = await desk.conversations.submit({ conversationId: "c", text: "Hi" });
  await gate.reached;
  const { queue } = await desk.conversations.enqueue("c", "never mind");
  const id = queue[0]?.id ?? "";
  expect(await desk.conversations.cancelQueued("c", id)).toEqual({ cancelled: true, queue: [] });
  expect(await desk.conversations.cancelQueued("c", id)).toEqual({ cancelled: false, queue: [] });
  gate.open();
  await all(events);
  expect(desk.conversations.isActive("c")).toBe(false);
});

test("only so many messages wait, and only so many characters together", async () => {
  const gate = new Gate();
  await using desk = await openDesk({ answers: [[part.text("a"), gate, part.finish("stop")], hello] });
  const { events } = await desk.conversations.submit({ conversationId: "c", text: "Hi" });
  await gate.reached;
  for (let n = 0; n < 4; n++) await desk.conversations.enqueue("c", "x".repeat(1_000_000));
  await expect(desk.conversations.enqueue("c", "x")).rejects.toMatchObject({ kind: "limited", data: { limit: "queuedCharsMax" } });
  const [first] = await desk.conversations.queue("c");
  await desk.conversations.cancelQueued("c", first?.id ?? "");
  for (let n = 0; n < 97; n++) await desk.conversations.enqueue("c", "y");
  await expect(desk.conversations.enqueue("c", "y")).rejects.toMatchObject({ kind: "limited", data: { limit: "queuedMax" } });
  gate.open();
  await all(events);
});

test("stop ends the turn as aborted; what waits in the queue waits for the next send", async () => {
  const gate = new Gate();
  await using desk = await openDesk({ answers: [[part.text("half"), gate, part.finish("stop")], hello, hello] });
  const { events } = await desk.conversations.submit({ conversationId: "c", text: "Hi" });
  await gate.reached;
  await desk.conversations.enqueue("c", "later");
  expect(await desk.conversations.stop("c")).toEqual({ abortedTurn: true });
  const seen = await all(events);
  expect(seen.at(-2)).toMatchObject({ type: "done", reason: "aborted" });
  expect(await desk.log.metrics("c")).toMatchObject([{ reason: "aborted" }]);
  expect(desk.conversations.isActive("c")).toBe(false);
  expect(await desk.conversations.queue("c")).toMatchObject([{ text: "later" }]);
  expect(await desk.log.record("c")).toMatchObject({ status: "idle" });
  expect(brief(await desk.log.chunks("c", {}))).toEqual(["1 user text Hi", "2 assistant text half"]);
  expect(await desk.conversations.stop("c")).toEqual({ abortedTurn: false });
  const watch = desk.conversations.watch("c");
  await desk.conversations.submit({ conversationId: "c", text: "Go on" });
  await until(watch, "turn-sealed");
  expect((await until(watch, "turn-sealed"))[0]).toMatchObject({ type: "user-message", text: "later" });
});

test("close stops, discards the queue and stays closed; a new turn opens it again", async () => {
  const gate = new Gate();
  await using desk = await openDesk({ answers: [[part.text("half"), gate, part.finish("stop")], hello] });
  await desk.conversations.submit({ conversationId: "c", text: "Hi" });
  await gate.reached;
  await desk.conversations.enqueue("c", "later");
  expect(await desk.conversations.close("c")).toEqual({ abortedTurn: true });
  expect(await desk.log.record("c")).toMatchObject({ status: "closed" });
  expect(await desk.conversations.queue("c")).toEqual([]);
  expect(await desk.conversations.close("unknown")).toEqual({ abortedTurn: false });
  expect(await desk.log.record("unknown")).toMatchObject({ status: "closed", title: "Untitled" });
  await all((await desk.conversations.submit({ conversationId: "c", text: "Hi again" })).events);
  expect(await desk.log.record("c")).toMatchObject({ status: "idle" });
});

test("waiting for the end tells the turn that ended, and gives up after its time", async () => {
  const gate = new Gate();
  await using desk = await openDesk({ answers: [[part.text("a"), gate, part.finish("stop")]] });
  const never = new AbortController().signal;
  expect(await desk.conversations.settled("c", 1_000, never)).toEqual({ settled: true });
  const { turnId } = await desk.conversations.submit({ conversationId: "c", text: "Hi" });
  await gate.reached;
  const tooShort = desk.conversations.settled("c", 500, never);
  await desk.clock.advance(500);
  expect(await tooShort).toEqual({ settled: false });
  const long = desk.conversations.settled("c", 1_000, never);
  gate.open();
  expect(await long).toEqual({ settled: true, turnId });
  expect(desk.clock.sleeping).toBe(0);
});

test("a server that leaves keeps its turn open, and the next one goes on with it", async () => {
  const storage = new MemoryStorage();
  const gate = new Gate();
  const first = await openDesk({ answers: [callEcho, [part.text("half an ans"), gate]], tools: [echo()], storage });
  const { events } = await first.conversations.submit({ conversationId: "c", text: "Hi" });
  await gate.reached;
  const watch = all(events);
  await first.kernel[Symbol.asyncDispose]();
  void watch.catch(() => {});
  await using second = await openDesk({ answers: [hello], tools: [echo()], storage });
  const resumed = second.conversations.watch("c");
  const replayed = await until(resumed, "turn-sealed");
  expect(types(replayed).slice(0, 6)).toEqual(["user-message", "turn-start", "text-delta", "tool-call", "step-complete", "tool-result"]);
  expect(types(replayed).filter((type) => type === "turn-start")).toHaveLength(1);
  expect(second.model.requests[0]?.messages.map(({ role }) => role)).toEqual(["user", "assistant", "tool"]);
  expect(brief(await second.log.chunks("c", {}))).toEqual([
    "1 user text Hi",
    "2 assistant text Calling. ",
    "3 assistant tool-call",
    "4 tool tool-result",
    "5 assistant text half an ans",
    "6 assistant error",
    "7 assistant text Hello.",
  ]);
  expect((await second.log.metrics("c"))[0]?.steps.map(({ stepId }) => stepId.split("#")[1])).toEqual(["0", "1", "2"]);
});

test("the event that opens a turn says where its prompt stands in the log, in the turn's own process and in the next one", async () => {
  const storage = new MemoryStorage();
  const gate = new Gate();
  const first = await openDesk({ answers: [hello, [gate]], storage });
  await all((await first.conversations.submit({ conversationId: "c", text: "Hi" })).events);
  await first.conversations.submit({ conversationId: "c", text: "And again" });
  await gate.reached;
  const opening = { type: "user-message", text: "And again", seq: 3 };
  expect((await until(first.conversations.watch("c"), "turn-start"))[0]).toMatchObject(opening);
  await first.kernel[Symbol.asyncDispose]();
  await using second = await openDesk({ answers: [hello], storage });
  expect((await until(second.conversations.watch("c"), "turn-sealed"))[0]).toMatchObject(opening);
  expect(brief(await second.log.chunks("c", { sinceSeq: 2 }))[0]).toBe("3 user text And again");
});

test("a tool call that a vanished server had started reads as interrupted, and is not made again by us", async () => {
  const storage = new MemoryStorage();
  const gate = new Gate();
  let calls = 0;
  const tool = echo(async () => {
    calls++;
    await gate.pass();
    return "echoed";
  });
  const first = await openDesk({ answers: [callEcho], tools: [tool], storage });
  await first.conversations.submit({ conversationId: "c", text: "Hi" });
  await gate.reached;
  // The first server is left hanging, as if its machine had stopped; a second takes over its storage.
  await using second = await openDesk({ answers: [hello], tools: [tool], storage });
  await until(second.conversations.watch("c"), "turn-sealed");
  expect(calls).toBe(1);
  const result = (await second.log.chunks("c", {})).find(({ chunk }) => chunk.type === "tool-result");
  expect(result?.chunk).toMatchObject({ isError: true, content: expect.stringContaining("effects are unknown") });
  gate.open();
  await first.kernel[Symbol.asyncDispose]();
  expect((await second.log.chunks("c", {})).filter(({ chunk }) => chunk.type === "tool-result")).toHaveLength(1);
});

test("whichever commit fails, the turn ends, what was stored stays readable, and the next turn works", async () => {
  const run = async (at: number) => {
    const storage = faultyStorage();
    await using desk = await openDesk({ answers: [callEcho, hello, callEcho, hello, hello, hello], tools: [echo()], storage });
    if (at > 0) storage.arm({ operation: "commit", at, when: "before" });
    const started = await desk.conversations.submit({ conversationId: "c", text: "Hi" }).catch((fault: unknown) => fault as Error);
    const struck = storage.counts.commit;
    if (started instanceof Error) expect(started).toMatchObject({ kind: "unavailable" });
    else expect(types(await all(started.events)).at(-1)).toBe("turn-sealed");
    storage.disarm();
    const before = await desk.log.chunks("c", {});
    const again = await all((await desk.conversations.submit({ conversationId: "c", text: "Again" })).events);
    expect(types(again).at(-1)).toBe("turn-sealed");
    const after = await desk.log.chunks("c", {});
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.map(({ seq }) => seq)).toEqual(after.map((_, index) => index + 1));
    const last = desk.model.requests.at(-1)?.messages ?? [];
    const calls = last.flatMap(({ parts }) => parts.filter(({ chunk }) => chunk.type === "tool-call"));
    expect(last.filter(({ role }) => role === "tool")).toHaveLength(calls.length);
    return storage.counts.commit - struck;
  };
  await run(0);
  for (let at = 1; at <= 12; at++) await run(at);
});

test("a disk that stays full ends the turn with a fault for its watchers, and the log learns it when there is room again", async () => {
  const storage = faultyStorage();
  const gate = new Gate();
  await using desk = await openDesk({ answers: [[part.text("a"), gate, part.text("b"), part.finish("stop")], hello], storage });
  const { events } = await desk.conversations.submit({ conversationId: "c", text: "Hi" });
  await gate.reached;
  storage.arm({ operation: "commit", at: 1, when: "before", lasting: true });
  gate.open();
  const seen = await all(events);
  expect(types(seen).slice(-3)).toEqual(["error", "done", "turn-sealed"]);
  expect(seen.find(({ type }) => type === "error")).toMatchObject({ code: "store/unavailable", kind: "unavailable" });
  storage.disarm();
  expect(types(await all((await desk.conversations.submit({ conversationId: "c", text: "Again" })).events)).at(-2)).toBe("done");
  expect(brief(await desk.log.chunks("c", {}))).toEqual([
    "1 user text Hi",
    "2 assistant text a",
    "3 assistant error",
    "4 user text Again",
    "5 assistant text Hello.",
  ]);
  expect(await desk.log.metrics("c")).toHaveLength(2);
});

test("a turn whose log breaks while the model is silent ends at once, and nobody waits for the model", async () => {
  const storage = faultyStorage();
  const gate = new Gate();
  await using desk = await openDesk({ answers: [[part.text("half"), gate, part.finish("stop")], hello], storage });
  const { events } = await desk.conversations.submit({ conversationId: "c", text: "Hi" });
  await gate.reached;
  storage.arm({ operation: "commit", at: 1, when: "before" });
  await expect(desk.conversations.enqueue("c", "more")).rejects.toMatchObject({ kind: "unavailable" });
  expect(types(await all(events)).slice(-3)).toEqual(["error", "done", "turn-sealed"]);
  expect(await desk.conversations.enqueue("c", "again")).toMatchObject({ startedTurn: true });
});
