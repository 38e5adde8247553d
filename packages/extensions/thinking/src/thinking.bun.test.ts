import opRegistry from "@dispatch/op-registry";
import { OpRegistry } from "@dispatch/op-registry/contract";
import { Conversations } from "@dispatch/session-orchestrator/contract";
import { openDesk } from "@dispatch/session-orchestrator/fixture";
import { extensionLaws, type FaultInjector, MemoryStorage, part, type ScriptedAnswer, testExtension } from "@dispatch/testkit";
import { getThinking, type Op, setThinking } from "@dispatch/transport-contract";
import { expect, test } from "vitest";
import thinking from "./index.ts";

const standIn = testExtension("session-orchestrator", {
  activate(host) {
    host.provide(Conversations, {} as Conversations);
  },
});
for (const [law, hold] of Object.entries(extensionLaws))
  test(law, () => hold(async () => ({ extension: thinking, others: [opRegistry, standIn] })));

const hello: ScriptedAnswer = [part.text("Hello."), part.finish("stop")];

async function start(storage: MemoryStorage | FaultInjector = new MemoryStorage()) {
  const desk = await openDesk({ answers: Array<ScriptedAnswer>(10).fill(hello), storage, extensions: [thinking] });
  const registry = desk.kernel.use(OpRegistry);
  const context = { signal: new AbortController().signal, caller: { name: "local", via: "internal" } };
  return {
    ...desk,
    call: async <Input, Output>(op: Op<Input, Output>, input: Input) => (await registry.call(op.id, input, context)) as Output,
    /** Runs a turn and gives the effort that the model was asked for. */
    async effort(more: object = {}) {
      await Array.fromAsync((await desk.conversations.submit({ conversationId: "c", text: "Hi", ...more })).events);
      return desk.model.requests.at(-1)?.reasoningEffort;
    },
  };
}

test("it is on until somebody turns it off, and off it asks for the least effort, whatever else is asked for", async () => {
  await using desk = await start();
  expect(await desk.call(getThinking, { conversationId: "c" })).toEqual({ conversationId: "c", thinking: null });
  expect(await desk.effort({ reasoningEffort: "max" })).toBe("max");
  expect(await desk.call(setThinking, { conversationId: "c", thinking: false })).toEqual({ conversationId: "c", thinking: false });
  expect(await desk.call(getThinking, { conversationId: "c" })).toEqual({ conversationId: "c", thinking: false });
  expect([await desk.effort(), await desk.effort({ reasoningEffort: "max" })]).toEqual(["low", "low"]);
  expect(await desk.effort({ conversationId: "other" })).toBe("high");
  await desk.call(setThinking, { conversationId: "c", thinking: true });
  expect([await desk.call(getThinking, { conversationId: "c" }), await desk.effort()]).toEqual([
    { conversationId: "c", thinking: true },
    "high",
  ]);
});

test("it is the same for a request between turns, and after a restart", async () => {
  const storage = new MemoryStorage();
  {
    await using desk = await start(storage);
    await desk.call(setThinking, { conversationId: "c", thinking: false });
    await desk.effort();
    const { model, request } = await desk.conversations.nextRequest("c", { signal: new AbortController().signal });
    await Array.fromAsync(model.stream(request, new AbortController().signal));
    expect(desk.model.requests.at(-1)?.reasoningEffort).toBe("low");
  }
  await using desk = await start(storage);
  expect(await desk.effort()).toBe("low");
});

test.each([{}, { thinking: null }, { thinking: "no" }])("%j is no setting", async (fields) => {
  await using desk = await start();
  await expect(desk.call(setThinking, { conversationId: "c", ...fields } as never)).rejects.toMatchObject({ kind: "invalid" });
});
