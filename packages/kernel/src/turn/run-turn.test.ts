import { Gate, part } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { fault } from "../contracts/fault.ts";
import type { Message } from "../contracts/message.ts";
import { say, type ToolCall } from "../contracts/tool.ts";
import { abortGraceMs, toolResultBytesMax } from "./run-call.ts";
import { runTurn } from "./run-turn.ts";
import { openScene, passWait, play, readTool, resultsOf, settledSteps, typesOf, userMessage, writeTool } from "./turn.fixture.ts";

const { text, call, usage, finish, error } = part;
const answer = [text("Done."), finish("stop")];
const never = () => new Promise<never>(() => {});
const settle = () => new Promise((resolve) => setImmediate(resolve));
const untilAborted = ({ signal }: ToolCall) =>
  new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));

test("the model is pulled only as the consumer pulls", async () => {
  const { stage, turn, ports } = openScene({ answers: () => [[text("a"), text("b"), text("c"), finish("stop")]] });
  const items = runTurn(turn, ports);
  await items.next();
  await settle();
  expect(stage.model.requests).toHaveLength(0);
  await items.next();
  await settle();
  expect(stage.model.handedOut).toBe(1);
  await items.return(undefined as never);
});

test("a consumer that leaves ends the request and the tools", async () => {
  const looked = new Gate();
  const { stage, turn, ports } = openScene({
    tools: [readTool("look", (_, toolCall) => untilAborted(toolCall))],
    answers: () => [[call("a", "look", { path: "x" }), text("a"), looked, text("never")]],
  });
  for await (const item of runTurn(turn, ports)) if (item.type === "text-delta") break;
  await settle();
  expect([stage.started[0]?.signal.aborted, stage.model.signals[0]?.aborted]).toEqual([true, true]);
  expect([stage.model.open, stage.clock.sleeping]).toEqual([0, 0]);
});

test("a model that does not hear its signal does not hold up a stop", async () => {
  const { items } = await play({
    deaf: true,
    answers: ({ stop }) => [[text("a"), () => void setImmediate(() => stop.abort()), new Gate()]],
  });
  expect(items.at(-1)).toMatchObject({ type: "done", reason: "aborted" });
});

test("a tool that does not hear its signal is left behind after the grace", async () => {
  const { items, outcome, clock } = await play({
    tools: [writeTool("change", never)],
    answers: () => [[call("a", "change", { path: "x" }), finish("tool-calls")]],
    onItem: (item, { stop, clock }) => {
      if (item.type !== "step-complete") return;
      void clock
        .untilSleeping(2)
        .then(() => stop.abort())
        .then(() => clock.advance(abortGraceMs));
    },
  });
  expect(outcome).toMatchObject({ reason: "aborted", durationMs: abortGraceMs });
  expect(resultsOf(items)).toEqual(["change was stopped while it ran: the turn was stopped. Part of its effects may remain."]);
  expect(clock.sleeping).toBe(0);
});

test("a tool that ends within the grace tells what it had", async () => {
  const { items } = await play({
    tools: [writeTool("change", async (_, toolCall) => untilAborted(toolCall).catch(() => say("3 of 5 files")))],
    answers: () => [[call("a", "change", { path: "x" }), finish("tool-calls")]],
    onItem: (item, { stop, clock }) => {
      if (item.type === "step-complete") void clock.untilSleeping(2).then(() => stop.abort());
    },
  });
  expect(resultsOf(items)).toEqual([
    "change was stopped while it ran: the turn was stopped. Part of its effects may remain.\nWhat it gave until then:\n3 of 5 files",
  ]);
});

test("the deadline of a tool counts from its start, not while a guard asks a person", async () => {
  const asked = new Gate();
  const { items, clock } = await play({
    tools: [writeTool("change", undefined, 1_000)],
    answers: () => [[call("a", "change", { path: "x" }), finish("tool-calls")], answer],
    ports: {
      callTool: async ({ tool, input, id, signal, progress }) => {
        await asked.pass();
        return tool.run(input, { id, conversationId: "c1", turnId: "t1", workspace: undefined as never, signal, progress });
      },
    },
    onItem: async (item, { clock }) => {
      if (item.type === "step-complete") void asked.reached.then(() => clock.advance(60_000)).then(() => asked.open());
    },
  });
  expect(resultsOf(items)).toEqual(["wrote x"]);
  expect(clock.sleeping).toBe(0);
});

test("output of a tool reaches the consumer while the model is silent", async () => {
  const silence = new Gate();
  const { items } = await play({
    tools: [
      readTool("look", async (_, { progress }) => {
        await silence.reached;
        progress({ stream: "stdout", data: "seen" });
        return say("looked");
      }),
    ],
    answers: () => [[call("a", "look", { path: "x" }), silence, text("b"), finish("tool-calls")], answer],
    onItem: (item) => {
      if (item.type === "tool-output") silence.open();
    },
  });
  expect(typesOf(items)).toContain("tool-call tool-output text-delta");
});

test("output that comes together with the tool's end is told before its result", async () => {
  const { items } = await play({
    tools: [
      readTool("look", async (_, { progress }) => {
        progress({ stream: "stdout", data: "one" });
        await settle();
        progress({ stream: "stderr", data: "two" });
        return say("looked");
      }),
    ],
    policy: { maxConcurrent: 1, eager: false },
    answers: () => [[call("a", "look", { path: "x" }), finish("tool-calls")], answer],
    onItem: (item) => (item.type === "tool-output" ? settle().then(settle) : undefined),
  });
  expect(typesOf(items)).toContain("step-complete tool-output tool-output tool-result");
});

test("identical calls of a step run once and count once", async () => {
  const twice = [call("", "look", { path: "x" }), call("", "look", { path: "x" }), finish("tool-calls")];
  const { started, items, outcome } = await play({ tools: [readTool("look")], answers: () => [twice, twice, answer] });
  expect(started).toHaveLength(2);
  expect(resultsOf(items)).toEqual(["content of x", "content of x", "content of x", "content of x"]);
  expect(outcome.reason).toBe("stop");
});

test("a write waits for reads before it and holds up calls behind it", async () => {
  const log: string[] = [];
  const logged = async ({ path }: { readonly [name: string]: string }) => {
    log.push(`+${path}`);
    await settle();
    log.push(`-${path}`);
    return say("done");
  };
  await play({
    tools: [readTool("look", logged), writeTool("change", logged)],
    policy: { maxConcurrent: 0, eager: true },
    answers: () => [
      [
        call("a", "look", { path: "r1" }),
        call("b", "look", { path: "r2" }),
        call("c", "change", { path: "w" }),
        call("d", "look", { path: "r3" }),
        finish("tool-calls"),
      ],
      answer,
    ],
  });
  expect(log.join(" ")).toBe("+r1 +r2 -r1 -r2 +w -w +r3 -r3");
});

test("no more calls run at once than the policy allows", async () => {
  for (const [maxConcurrent, most] of [
    [1, 1],
    [2, 2],
    [0, 5],
  ] as const) {
    const running = { now: 0, most: 0 };
    await play({
      tools: [
        readTool("look", async () => {
          running.most = Math.max(running.most, ++running.now);
          await settle();
          running.now -= 1;
          return say("looked");
        }),
      ],
      policy: { maxConcurrent, eager: true },
      answers: () => [[...["a", "b", "c", "d", "e"].map((id) => call(id, "look", { path: id })), finish("tool-calls")], answer],
    });
    expect(running.most).toBe(most);
  }
});

test("a write runs only after an end that can be trusted", async () => {
  const ends = [finish("stop"), finish("tool-calls"), finish("length"), finish("content-filter"), finish("other"), finish("error")];
  const wrote: boolean[] = [];
  for (const end of [...ends, error("unavailable", "gone")]) {
    const { started } = await play({ tools: [writeTool("change")], answers: () => [[call("a", "change", { path: "x" }), end], answer] });
    wrote.push(started.length > 0);
  }
  expect(wrote).toEqual([true, true, false, false, false, false, false]);
});

test("a step can be asked again until something of it was shown, usage included", async () => {
  for (const shown of [text("a"), part.reasoning("a"), call("a", "look", {}), usage(1, 1)]) {
    const { outcome, model } = await play({ answers: () => [[shown, error("unavailable", "gone")], answer] });
    expect([outcome.reason, model.requests.length]).toEqual(["error", 1]);
  }
  const silent = await play({
    answers: () => [[text(""), { type: "tool-input-delta", toolCallId: "a", text: "{" }, error("unavailable", "gone")], answer],
    onItem: (item, { clock }) => {
      if (item.type === "provider-retry") passWait(clock);
    },
  });
  expect([silent.outcome.reason, silent.model.requests.length]).toEqual(["stop", 2]);
});

test("what keeps failing is asked eight times in all", async () => {
  const { outcome, items, model } = await play({
    answers: () => Array.from({ length: 20 }, () => [error("limited", "busy")]),
    onItem: (item, { clock }) => {
      if (item.type === "provider-retry") passWait(clock);
    },
  });
  expect([outcome.reason, model.requests.length]).toEqual(["error", 8]);
  expect(items.flatMap((item) => (item.type === "provider-retry" ? [item.delayMs] : []))).toEqual([
    500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000,
  ]);
});

test("a model that throws is a defect and is not asked again", async () => {
  const { items, model } = await play({ answers: () => [[new Error("oops")], answer] });
  expect(items).toContainEqual(expect.objectContaining({ type: "error", code: "kernel/model-threw" }));
  expect(model.requests).toHaveLength(1);
});

// Reaches answerCharsMax.
test("an answer without an end is ended, kept so far, and not asked for again", async () => {
  const page = "x".repeat(1024 * 1024);
  const forever = Array.from({ length: 30 }, () => ({ type: "text-delta", text: page }) as const);
  const { items, outcome, model } = await play({ answers: () => [[...forever, finish("stop")]] });
  expect(outcome.reason).toBe("error");
  expect(items.filter(({ type }) => type === "text-delta")).toHaveLength(16);
  expect(items).toContainEqual(expect.objectContaining({ type: "error", kind: "invalid", code: "kernel/answer-too-long" }));
  expect(model.requests).toHaveLength(1);
});

test("a call whose input is beyond measure is not taken", async () => {
  const { items, started } = await play({
    tools: [readTool("look")],
    answers: () => [[call("a", "look", { path: "x".repeat(17 * 1024 * 1024) }), finish("tool-calls")]],
  });
  expect(started).toEqual([]);
  expect(items).toContainEqual(expect.objectContaining({ type: "error", code: "kernel/answer-too-long" }));
});

test("a port that fails ends the turn with its fault, stored and told", async () => {
  const fails = async () => {
    throw fault("unavailable", "store/unavailable", "the disk is full; free some space");
  };
  for (const ports of [{ takeSteering: fails }, { stepContext: fails }]) {
    const { items, outcome } = await play({
      tools: [readTool("look")],
      answers: () => [[call("a", "look", { path: "x" }), finish("tool-calls")]],
      ports,
    });
    const chunk = { type: "error", message: "the disk is full; free some space", code: "store/unavailable" };
    expect(typesOf(items).endsWith("error step-complete step-settled done")).toBe(true);
    expect(settledSteps(items).at(-1)?.messages[0]?.parts).toEqual([{ chunk }]);
    expect(outcome.reason).toBe("error");
  }
});

test("even a port that gives no ids does not make the turn throw", async () => {
  const newId = () => {
    throw new Error("out of ids");
  };
  const { outcome, clock } = await play({ answers: () => [answer], ports: { newId } });
  expect([outcome.reason, clock.sleeping]).toEqual(["error", 0]);
});

test("a stop does not wait for the context of the next step", async () => {
  const { items } = await play({
    answers: () => [],
    ports: { stepContext: never },
    onItem: (item, { stop }) => {
      if (item.type === "turn-start") setImmediate(() => stop.abort());
    },
  });
  expect(typesOf(items)).toBe("turn-start step-complete step-settled done");
});

test("a stop while steering is taken begins no other step", async () => {
  const { items } = await play({
    tools: [readTool("look")],
    answers: () => [[call("a", "look", { path: "x" }), finish("tool-calls")], answer],
    onItem: (item, { stop }) => {
      if (item.type === "steering") stop.abort();
    },
    ports: { takeSteering: async () => userMessage("q1", "Mind.") },
  });
  expect(typesOf(items).endsWith("step-settled steering done")).toBe(true);
});

test("a stop in the wait for another attempt asks nobody again", async () => {
  const { model, outcome } = await play({
    answers: () => [[error("unavailable", "down")], answer],
    onItem: (item, { clock, stop }) => {
      if (item.type === "provider-retry") void clock.untilSleeping(2).then(() => stop.abort());
    },
  });
  expect([outcome.reason, model.requests.length]).toEqual(["aborted", 1]);
});

test("a turn that was stopped before it began asks nobody", async () => {
  const { stage, turn, ports } = openScene({ answers: () => [answer] });
  stage.stop.abort();
  expect(typesOf(await Array.fromAsync(runTurn(turn, ports)))).toBe("turn-start done");
  expect(stage.model.requests).toHaveLength(0);
});

test("an answer that is complete stands, though a stop came while it was stored", async () => {
  const { outcome } = await play({
    answers: () => [answer],
    onItem: (item, { stop }) => {
      if (item.type === "step-settled") stop.abort();
    },
  });
  expect(outcome.reason).toBe("stop");
});

test("each step sees what the context makes of the history, and the history itself stays whole", async () => {
  const seen: number[] = [];
  const lastTwo = async (messages: readonly Message[]) => {
    seen.push(messages.length);
    return messages.slice(-2);
  };
  const { model } = await play({
    tools: [readTool("look")],
    answers: () => [
      [call("a", "look", { path: "x" }), finish("tool-calls")],
      [call("b", "look", { path: "y" }), finish("tool-calls")],
      answer,
    ],
    ports: { stepContext: lastTwo },
  });
  expect(seen).toEqual([1, 3, 5]);
  expect(model.requests.map(({ messages }) => messages.map(({ id }) => id))).toEqual([["u1"], ["m-1", "m-2"], ["m-3", "m-4"]]);
});

test("the latest usage of a step counts", async () => {
  const { outcome } = await play({ answers: () => [[usage(10, 1), text("a"), usage(10, 5), finish("stop")]] });
  expect([outcome.usage, outcome.contextSize]).toEqual([{ inputTokens: 10, outputTokens: 5 }, 15]);
});

test("a result that is too large loses its middle", async () => {
  const { items } = await play({
    tools: [readTool("look", () => say("x".repeat(1_000_000)))],
    answers: () => [[call("a", "look", { path: "x" }), finish("tool-calls")], answer],
  });
  expect(resultsOf(items)[0]?.length).toBeLessThanOrEqual(toolResultBytesMax);
  expect(resultsOf(items)[0]).toContain("bytes are left out here");
});

// Reaches repeatsMax.
test("a call that is cut by the length again and again is a loop too", async () => {
  const { outcome, items } = await play({
    tools: [writeTool("change")],
    answers: () => Array.from({ length: 9 }, (_, index) => [call(`c${index}`, "change", `{"path":"${index}`), finish("length")]),
  });
  expect([outcome.reason, outcome.steps.length]).toEqual(["loop", 5]);
  expect(resultsOf(items)[2]).toContain("3 times");
});

test("a tool that gives no result is a defect of its own, and the turn goes on", async () => {
  const { items, outcome } = await play({
    tools: [readTool("look", () => undefined as never)],
    answers: () => [[call("a", "look", { path: "x" }), finish("tool-calls")], answer],
  });
  expect(resultsOf(items)[0]).toMatch(/^look failed\. Something went wrong inside Dispatch/);
  expect(outcome.reason).toBe("stop");
});
