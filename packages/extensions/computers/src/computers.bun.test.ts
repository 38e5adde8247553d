import conversationStore from "@dispatch/conversation-store";
import { defineTool, say } from "@dispatch/kernel";
import opRegistry from "@dispatch/op-registry";
import { OpRegistry } from "@dispatch/op-registry/contract";
import { Conversations } from "@dispatch/session-orchestrator/contract";
import { openDesk } from "@dispatch/session-orchestrator/fixture";
import { extensionLaws, FaultInjector, Gate, MemoryStorage, part, testExtension } from "@dispatch/testkit";
import {
  clearConversationComputer,
  getComputer,
  getComputerStatus,
  getConversationComputer,
  listComputers,
  type Op,
  setConversationComputer,
  setWorkspaceComputer,
  testComputer,
} from "@dispatch/transport-contract";
import workspaces from "@dispatch/workspaces";
import { expect, test } from "vitest";
import { z } from "zod";
import computers from "./index.ts";

const standIn = testExtension("session-orchestrator", {
  activate(host) {
    host.provide(Conversations, {} as Conversations);
  },
});
for (const [law, hold] of Object.entries(extensionLaws))
  test(law, () => hold(async () => ({ extension: computers, others: [opRegistry, conversationStore, standIn, workspaces] })));

const hello = [part.text("Hello."), part.finish("stop")];
const callTool = [part.call("1", "touch", {}), part.finish("tool-calls")];

/** A model that calls a tool in each turn, and how often the tool ran. */
async function start(storage: MemoryStorage | FaultInjector = new MemoryStorage(), gate?: Gate) {
  let ran = 0;
  const touch = defineTool({
    name: "touch",
    description: "Touches this machine.",
    input: z.object({}),
    effect: "write",
    timeoutMs: 1_000,
    run: async () => {
      ran++;
      return say("Done.");
    },
  });
  const answers = gate === undefined ? Array.from({ length: 5 }, () => [callTool, hello]).flat() : [[gate, ...callTool], hello];
  const desk = await openDesk({ answers, tools: [touch], storage, extensions: [workspaces, computers] });
  const registry = desk.kernel.use(OpRegistry);
  const context = { signal: new AbortController().signal, caller: { name: "local", via: "internal" } };
  return {
    ...desk,
    ran: () => ran,
    call: async <Input, Output>(op: Op<Input, Output>, input: Input) => (await registry.call(op.id, input, context)) as Output,
    async turn(more: object = {}) {
      const { events } = await desk.conversations.submit({ conversationId: "c", text: "Hi", ...more });
      const seen = (await Array.fromAsync(events)).flat().map(({ event }) => event);
      return seen.find(({ type }) => type === "tool-result");
    },
  };
}

test("there are no computers: the list is empty, one is missing, none is connected and a test says why", async () => {
  await using desk = await start();
  expect(await desk.call(listComputers, {})).toEqual({ computers: [] });
  await expect(desk.call(getComputer, { alias: "laptop" })).rejects.toMatchObject({ kind: "missing", code: "computers/unknown-computer" });
  expect(await desk.call(getComputerStatus, { alias: "laptop" })).toEqual({ alias: "laptop", state: "disconnected", knownHost: false });
  expect(await desk.call(testComputer, { alias: "laptop" })).toEqual({
    alias: "laptop",
    ok: false,
    error: expect.stringContaining("no other computers"),
  });
});

test("a conversation's computer is stored, read back and cleared, and may bring its workspace", async () => {
  await using desk = await start();
  const get = () => desk.call(getConversationComputer, { conversationId: "c" });
  expect(await get()).toEqual({ conversationId: "c", computerId: null });
  expect(await desk.call(setConversationComputer, { conversationId: "c", computerId: "laptop", workspaceId: "w" })).toEqual({
    conversationId: "c",
    computerId: "laptop",
  });
  expect(await get()).toEqual({ conversationId: "c", computerId: "laptop" });
  expect(await desk.log.record("c")).toMatchObject({ workspaceId: "w" });
  expect(await desk.call(setConversationComputer, { conversationId: "c", computerId: null })).toEqual({
    conversationId: "c",
    computerId: null,
  });
  await desk.call(setConversationComputer, { conversationId: "c", computerId: "laptop" });
  for (const _ of [1, 2])
    expect(await desk.call(clearConversationComputer, { conversationId: "c" })).toEqual({ conversationId: "c", computerId: null });
  expect(await get()).toEqual({ conversationId: "c", computerId: null });
});

test.each([{}, { computerId: "" }, { computerId: 7 }, { computerId: "../x" }, { computerId: "x", workspaceId: "Not A Slug" }])(
  "%j is no setting",
  async (fields) => {
    await using desk = await start();
    await expect(desk.call(setConversationComputer, { conversationId: "c", ...fields } as never)).rejects.toMatchObject({
      kind: "invalid",
    });
  },
);

test("tools run here for a conversation that is to work here", async () => {
  await using desk = await start();
  expect(await desk.turn()).toMatchObject({ isError: false, content: "Done." });
  expect(await desk.turn({ computerId: "" })).toMatchObject({ isError: false });
  expect(desk.ran()).toBe(2);
});

test("for one that is to work elsewhere no tool runs here, and the model reads why, until that is cleared", async () => {
  await using desk = await start();
  await desk.call(setConversationComputer, { conversationId: "c", computerId: "laptop" });
  expect(await desk.turn()).toMatchObject({ isError: true, content: expect.stringContaining('the computer "laptop"') });
  expect(await desk.turn({ computerId: "desktop" })).toMatchObject({ isError: true, content: expect.stringContaining('"desktop"') });
  expect(desk.ran()).toBe(0);
  await desk.call(clearConversationComputer, { conversationId: "c" });
  expect(await desk.turn()).toMatchObject({ isError: false });
  expect(desk.ran()).toBe(1);
});

test("a workspace's computer counts for conversations that have none", async () => {
  await using desk = await start();
  await desk.call(setWorkspaceComputer, { workspaceId: "w", computerId: "laptop" });
  expect(await desk.turn({ workspaceId: "w" })).toMatchObject({ isError: true, content: expect.stringContaining('"laptop"') });
  expect(await desk.turn({ conversationId: "other" })).toMatchObject({ isError: false });
  expect(desk.ran()).toBe(1);
});

test("while it cannot be known where a tool is to run, it does not run", async () => {
  const storage = new FaultInjector(new MemoryStorage());
  const gate = new Gate();
  await using desk = await start(storage, gate);
  const turn = desk.turn();
  await gate.reached;
  storage.arm({ operation: "get", at: 1, when: "before", lasting: true });
  gate.open();
  expect(await turn).toMatchObject({ isError: true });
  storage.disarm();
  expect(desk.ran()).toBe(0);
});
