import { CallTool, defineTool, type Extension, say } from "@dispatch/kernel";
import { Gate, MemoryStorage, part, testExtension } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { z } from "zod";
import { UnstartedCalls } from "./contract.ts";
import { openDesk, types, until } from "./desk.fixture.ts";

const answered = [part.text("Done."), part.finish("stop")];
const twoCalls = [part.text("Both. "), part.call("1", "note", { n: 1 }), part.call("2", "note", { n: 2 }), part.finish("tool-calls")];

function noteTool(ran: number[]) {
  return defineTool({
    name: "note",
    description: "Notes a number.",
    input: z.object({ n: z.number() }),
    effect: "write",
    timeoutMs: 1_000,
    async run({ n }) {
      ran.push(n);
      return say(`noted ${n}`);
    },
  });
}

/** Lets a call pass when its gate opens, and knows afterwards which had not passed. */
const guard = (gate: Gate, isUnstarted: (toolCallId: string) => boolean): Extension =>
  testExtension("guard", {
    dependsOn: ["session-orchestrator"],
    activate(host) {
      host.contribute(UnstartedCalls, { id: "guard", isUnstarted: (_conversationId, toolCallId) => isUnstarted(toolCallId) });
      host.on(CallTool, async (call, next) => {
        if (call.id !== "2") return next(call);
        await gate.pass(call.signal);
        call.signal.throwIfAborted();
        return next(call);
      });
    },
  });

async function leftWaiting(storage: MemoryStorage, ran: number[]) {
  const gate = new Gate();
  const first = await openDesk({ answers: [twoCalls], tools: [noteTool(ran)], extensions: [guard(gate, () => false)], storage });
  await first.conversations.submit({ conversationId: "c", text: "Go" });
  await gate.reached;
  // It is left hanging, as if its machine had stopped.
  return { first, gate };
}

test("a call that waited is made again by the next process, once, and its neighbour that had run is not", async () => {
  const storage = new MemoryStorage();
  const ran: number[] = [];
  const { first } = await leftWaiting(storage, ran);
  const gate = new Gate();
  const options = { answers: [answered], tools: [noteTool(ran)], storage };
  await using second = await openDesk({ ...options, extensions: [guard(gate, (id) => id === "2")] });
  await gate.reached;
  expect(ran).toEqual([1]);
  const watch = second.conversations.watch("c");
  expect(second.model.requests).toEqual([]);
  gate.open();
  const seen = await until(watch, "turn-sealed");
  expect(ran).toEqual([1, 2]);
  const expected = [
    ...["user-message", "turn-start", "text-delta", "tool-call", "tool-call", "step-complete", "tool-result", "tool-result"],
    ...["text-delta", "step-complete", "done", "turn-sealed"],
  ];
  expect(types(seen)).toEqual(expected);
  const chunks = (await second.log.chunks("c", {})).map(({ chunk }) => chunk);
  expect(chunks.map(({ type }) => type)).toEqual(["text", "text", "tool-call", "tool-call", "tool-result", "tool-result", "text"]);
  expect(chunks.filter(({ type }) => type === "tool-result")).toMatchObject([{ content: "noted 1" }, { content: "noted 2" }]);
  const [metrics] = await second.log.metrics("c");
  expect(metrics?.steps.map(({ stepId }) => stepId.split("#")[1])).toEqual(["0", "1"]);
  await first.kernel[Symbol.asyncDispose]();
});

test("whoever vanishes again while it waits loses nothing of the step, and waiting never counts as a failed start", async () => {
  const storage = new MemoryStorage();
  const ran: number[] = [];
  const desks = [(await leftWaiting(storage, ran)).first];
  for (let round = 0; round < 5; round++) {
    const gate = new Gate();
    desks.push(await openDesk({ answers: [], tools: [noteTool(ran)], extensions: [guard(gate, (id) => id === "2")], storage }));
    await gate.reached;
  }
  const gate = new Gate();
  await using last = await openDesk({
    answers: [answered],
    tools: [noteTool(ran)],
    extensions: [guard(gate, (id) => id === "2")],
    storage,
  });
  await gate.reached;
  const watch = last.conversations.watch("c");
  gate.open();
  await until(watch, "turn-sealed");
  expect(ran).toEqual([1, 2]);
  const chunks = (await last.log.chunks("c", {})).map(({ chunk }) => chunk);
  expect(chunks.map(({ type }) => type)).toEqual(["text", "text", "tool-call", "tool-call", "tool-result", "tool-result", "text"]);
  expect(chunks.at(-1)).toMatchObject({ text: "Done." });
  for (const desk of desks) await desk.kernel[Symbol.asyncDispose]();
});

test("stopped while it waits after a restart, the turn ends, and the call reads as stopped", async () => {
  const storage = new MemoryStorage();
  const ran: number[] = [];
  const { first } = await leftWaiting(storage, ran);
  const gate = new Gate();
  await using second = await openDesk({
    answers: [answered],
    tools: [noteTool(ran)],
    extensions: [guard(gate, (id) => id === "2")],
    storage,
  });
  await gate.reached;
  expect(await second.conversations.stop("c")).toEqual({ abortedTurn: true });
  expect(ran).toEqual([1]);
  const results = (await second.log.chunks("c", {})).filter(({ chunk }) => chunk.type === "tool-result");
  expect(results.map(({ chunk }) => chunk)).toMatchObject([{ content: "noted 1" }, { isError: true }]);
  await first.kernel[Symbol.asyncDispose]();
});
