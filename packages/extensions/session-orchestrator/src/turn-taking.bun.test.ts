import { CallTool, defineTool, say } from "@dispatch/kernel";
import { Gate, part, testExtension } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { z } from "zod";
import { TurnTaking, UnstartedCalls } from "./contract.ts";
import { all, openDesk, types, until } from "./desk.fixture.ts";

const hello = [part.text("Hello."), part.finish("stop")];
const leaving = { kind: "unavailable", code: "session-orchestrator/leaving", data: { retryAfterMs: 5_000 } };

test("once taking has ended nothing begins a turn, and the one that runs goes on, with what waits for it", async () => {
  const gate = new Gate();
  await using desk = await openDesk({ answers: [[part.text("Hel"), gate, part.text("lo."), part.finish("stop")], hello] });
  const taking = desk.kernel.use(TurnTaking);
  const { events } = await desk.conversations.submit({ conversationId: "c", text: "Hi" });
  await gate.reached;
  taking.end();
  await expect(desk.conversations.submit({ conversationId: "d", text: "Hi" })).rejects.toMatchObject(leaving);
  await expect(desk.conversations.enqueue("d", "Hi")).rejects.toMatchObject(leaving);
  expect(await desk.conversations.enqueue("c", "and then?")).toMatchObject({ startedTurn: false });
  const settled = taking.settled(new AbortController().signal);
  gate.open();
  expect(types(await all(events)).at(-1)).toBe("turn-sealed");
  expect(await settled).toBe(0);
  expect(await desk.log.metrics("c")).toHaveLength(2);
  expect(await desk.log.record("d")).toBeUndefined();
});

test("whoever waits for running turns is told how many run on when the wait is given up", async () => {
  const gate = new Gate();
  await using desk = await openDesk({ answers: [[part.text("Hel"), gate, part.finish("stop")]] });
  const taking = desk.kernel.use(TurnTaking);
  const { events } = await desk.conversations.submit({ conversationId: "c", text: "Hi" });
  await until(events, "text-delta");
  const given = new AbortController();
  const settled = taking.settled(given.signal);
  given.abort();
  expect(await settled).toBe(1);
  gate.open();
});

test("a submission that was made just before the end is waited for", async () => {
  await using desk = await openDesk({ answers: [hello] });
  const taking = desk.kernel.use(TurnTaking);
  const submitted = desk.conversations.submit({ conversationId: "c", text: "Hi" });
  taking.end();
  expect(await taking.settled(new AbortController().signal)).toBe(0);
  await submitted;
  expect(await desk.log.metrics("c")).toHaveLength(1);
});

test("a turn of which a call waits for a person holds nobody up, and one that goes on does", async () => {
  const gate = new Gate();
  const ask = testExtension("ask", {
    dependsOn: ["session-orchestrator"],
    activate(host) {
      host.contribute(UnstartedCalls, { id: "ask", isUnstarted: (_conversationId, toolCallId) => toolCallId === "asked" });
      host.on(CallTool, async (call, next) => {
        await gate.pass(call.signal);
        return next(call);
      });
    },
  });
  const tool = defineTool({
    ...{ name: "act", description: "Acts.", input: z.object({}), effect: "write", timeoutMs: 1_000 },
    run: async () => say("done"),
  });
  for (const [callId, left] of [
    ["asked", 0],
    ["other", 1],
  ] as const) {
    const answers = [[part.call(callId, "act", {}), part.finish("tool-calls")]];
    await using desk = await openDesk({ answers, tools: [tool], extensions: [ask] });
    const { events } = await desk.conversations.submit({ conversationId: "c", text: "Go" });
    await until(events, "step-complete");
    await gate.reached;
    expect(await desk.kernel.use(TurnTaking).settled(AbortSignal.abort())).toBe(left);
  }
});
