import { join } from "node:path";
import { defineTool, type Extension, fault, type Host, type Message, say } from "@dispatch/kernel";
import { part, testExtension } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { z } from "zod";
import { HistoryFolded, ShapeModel, ShapeStep, ShapeTurn, StatusChanged, StepNotes, TakeSubmission } from "./contract.ts";
import { all, openDesk, types } from "./desk.fixture.ts";

const hello = [part.text("Hello."), part.usage(10, 2), part.finish("stop")];
const callLook = [part.call("1", "look", {}), part.usage(20, 3), part.finish("tool-calls")];
const look = defineTool({
  name: "look",
  description: "Looks.",
  input: z.object({}),
  effect: "read",
  timeoutMs: 1_000,
  run: async () => say("seen"),
});
const shaper = (activate: (host: Host) => void): Extension =>
  testExtension("shaper", { dependsOn: ["session-orchestrator"], activate: (host) => activate(host) });
const textsOf = (messages: readonly Message[]) =>
  messages.map(({ role, parts }) => `${role} ${parts.map(({ chunk }) => ("text" in chunk ? chunk.text : chunk.type)).join("|")}`);
const signal = new AbortController().signal;

test("the next request is what the next turn sends before its prompt, and asking for it changes nothing", async () => {
  const shapes = shaper((host) => {
    host.on(ShapeTurn, (shape, { cwd, modelName }) => ({ ...shape, system: `${shape.system} ${cwd} ${modelName}` }));
    host.on(ShapeStep, (messages) => messages.slice(1));
  });
  await using desk = await openDesk({ answers: [hello, hello], tools: [look], extensions: [shapes] });
  await all((await desk.conversations.submit({ conversationId: "c", text: "one" })).events);
  const before = await desk.log.chunks("c", {});
  const also: Message = { id: "x", role: "user", parts: [{ chunk: { type: "text", text: "two" } }] };
  const { modelName, model, request } = await desk.conversations.nextRequest("c", { also: [also], signal });
  expect([modelName, model]).toEqual(["demo/echo", desk.model]);
  expect(await desk.log.chunks("c", {})).toEqual(before);
  await all((await desk.conversations.submit({ conversationId: "c", text: "two" })).events);
  const sent = desk.model.requests[1];
  expect(textsOf(request.messages)).toEqual(["assistant Hello.", "user two"]);
  expect({ ...request, messages: textsOf(request.messages) }).toEqual({ ...sent, messages: textsOf(sent?.messages ?? []) });
});

test("a next request that no turn could make is refused like the turn", async () => {
  await using desk = await openDesk({ answers: [] });
  await expect(desk.conversations.nextRequest("c", { modelName: "nobody/x", signal })).rejects.toMatchObject({ kind: "invalid" });
  await expect(desk.conversations.nextRequest("c", { cwd: "/not/there", signal })).rejects.toMatchObject({
    code: "workspace-local/no-folder",
  });
  const { request } = await desk.conversations.nextRequest("c", { outputTokensMax: 1, signal });
  expect([request.messages, request.outputTokensMax, await desk.log.record("c")]).toEqual([[], 1, undefined]);
});

test("a note between two steps is read by the model behind the results, stored, and shows as no event", async () => {
  const told: string[] = [];
  const shapes = shaper((host) => {
    host.on(StepNotes, (notes, { step, lastUsage }) => {
      told.push(`${step} ${lastUsage?.inputTokens}`);
      return [...notes, "mind the gap"];
    });
  });
  await using desk = await openDesk({ answers: [callLook, hello], tools: [look], extensions: [shapes] });
  const seen = await all((await desk.conversations.submit({ conversationId: "c", text: "go" })).events);
  expect(told).toEqual(["1 20"]);
  expect(textsOf(desk.model.requests[1]?.messages ?? [])).toEqual([
    "user go",
    "assistant tool-call",
    "tool tool-result",
    "user mind the gap",
  ]);
  expect(types(seen)).not.toContain("steering");
  expect((await desk.log.chunks("c", {}))[3]).toMatchObject({ role: "user", chunk: { type: "system", text: "mind the gap" } });
});

test("a fold in the middle of a turn is what its next step reads, and what the next turn goes on from", async () => {
  const folds: unknown[] = [];
  const shapes = shaper((host) => {
    host.on(HistoryFolded, (folded) => void folds.push(folded));
    host.on(ShapeStep, async (messages, { step, conversationId }) => {
      if (step !== 1) return messages;
      const upToMessageId = messages.at(-1)?.id ?? "";
      await desk.conversations.fold(conversationId, { summary: "all of it", upToMessageId });
      return desk.conversations.view(conversationId);
    });
  });
  await using desk = await openDesk({ answers: [callLook, hello, hello], tools: [look], extensions: [shapes] });
  await all((await desk.conversations.submit({ conversationId: "c", text: "go" })).events);
  await all((await desk.conversations.submit({ conversationId: "c", text: "on" })).events);
  expect(desk.model.requests.map(({ messages }) => textsOf(messages))).toEqual([
    ["user go"],
    ["system all of it"],
    ["system all of it", "assistant Hello.", "user on"],
  ]);
  const chunks = await desk.log.chunks("c", {});
  expect(chunks.map(({ seq, role }) => `${seq} ${role}`)).toEqual([
    "1 user",
    "2 assistant",
    "3 tool",
    "4 system",
    "5 assistant",
    "6 user",
    "7 assistant",
  ]);
  const archiveId = (await desk.log.record("c"))?.compactedFrom ?? "";
  expect(folds).toEqual([{ conversationId: "c", archiveId, messagesFolded: 3, messagesKept: 0 }]);
  expect((await desk.log.chunks(archiveId, {})).map(({ seq }) => seq)).toEqual([1, 2, 3]);
});

test("a fold of what is no longer in the view is refused", async () => {
  await using desk = await openDesk({ answers: [hello] });
  await all((await desk.conversations.submit({ conversationId: "c", text: "one" })).events);
  const [first] = await desk.conversations.view("c");
  const fold = { summary: "s", upToMessageId: first?.id ?? "" };
  expect(await desk.conversations.fold("c", fold)).toMatchObject({ messagesFolded: 1, messagesKept: 1 });
  await expect(desk.conversations.fold("c", fold)).rejects.toMatchObject({ kind: "conflict", code: "conversation-store/stale-fold" });
});

test("a turn that waits for its provider shows as queued, and as active before anything else", async () => {
  const statuses: string[] = [];
  const shapes = shaper((host) => {
    host.on(StatusChanged, ({ status }) => void statuses.push(status));
    host.on(ShapeModel, (model, { waiting, providerId, modelName }) => ({
      name: `${providerId} ${modelName}`,
      async *stream(request, abort) {
        waiting(true);
        waiting(true);
        if (desk.model.requests.length === 0) waiting(false);
        yield* model.stream(request, abort);
      },
    }));
  });
  await using desk = await openDesk({ answers: [hello, hello], extensions: [shapes] });
  for (const text of ["one", "two"]) await all((await desk.conversations.submit({ conversationId: "c", text })).events);
  expect(statuses).toEqual(["active", "queued", "active", "idle", "active", "queued", "active", "idle"]);
});

test("a guard changes a submission before it is stored, knows its conversation, and refuses it without a trace", async () => {
  const shapes = shaper((host) =>
    host.on(TakeSubmission, (submission, next) => {
      if (submission.text === "no") throw fault("invalid", "shaper/no", "Say something else.");
      return next({ ...submission, text: `${submission.conversationId} says ${submission.text}` });
    }),
  );
  await using desk = await openDesk({ answers: [hello], extensions: [shapes] });
  await expect(desk.conversations.submit({ conversationId: "c", text: "no" })).rejects.toMatchObject({ code: "shaper/no" });
  expect(await desk.log.record("c")).toBeUndefined();
  const { conversationId, events } = await desk.conversations.submit({ text: "hi" });
  expect((await all(events))[0]).toMatchObject({ type: "user-message", text: `${conversationId} says hi` });
});

test("the folder of a conversation is its own, absolute or from where the server stands", async () => {
  await using desk = await openDesk({ answers: [] });
  expect(await desk.conversations.folder("c")).toBe(desk.folder);
  await desk.conversations.change("c", { cwd: "sub" });
  expect(await desk.conversations.folder("c")).toBe(join(desk.folder, "sub"));
  await desk.conversations.change("c", { cwd: "/elsewhere" });
  expect(await desk.conversations.folder("c")).toBe("/elsewhere");
});
