import { Gate, part } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { fault } from "../contracts/fault.ts";
import { refuse, say, type ToolCall } from "../contracts/tool.ts";
import { passWait, play, readTool, type Scene, userMessage, writeTool } from "./turn.fixture.ts";

/** The files are the protocol as it is spoken: read a change of them as a change of what clients get. */
async function golden(name: string, scene: Scene): Promise<void> {
  const { ndjson, clock, model } = await play(scene);
  await expect(ndjson).toMatchFileSnapshot(`./golden/${name}.ndjson`);
  await clock.advance(0);
  expect([clock.sleeping, model.open], "timers and requests left behind").toEqual([0, 0]);
}

const { text, reasoning, call, usage, finish, error } = part;
const answer = [text("Done."), usage(20, 4), finish("stop")];
const untilAborted = ({ signal }: ToolCall) =>
  new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));

test("text", () =>
  golden("text", {
    answers: ({ clock }) => [
      [() => clock.advance(120), text("Hel"), text(""), () => clock.advance(30.00049), text("lo."), usage(10, 2), finish("stop")],
    ],
  }));

test("reasoning, with what the provider wants back", () =>
  golden("reasoning", {
    answers: () => [
      [
        reasoning("Let me "),
        reasoning("think.", { signature: "early" }),
        reasoning("", { signature: "whole" }),
        reasoning("Again."),
        text("42."),
        usage(10, 30, { cacheReadTokens: 8, reasoningTokens: 25 }),
        finish("stop"),
      ],
    ],
  }));

test("calls one after another", () =>
  golden("calls-sequential", {
    tools: [readTool("look"), writeTool("change")],
    policy: { maxConcurrent: 1, eager: false },
    answers: () => [
      [
        text("I look."),
        call("a", "look", { path: "x" }),
        call("b", "change", { path: "x" }),
        call("c", "look", { path: "y" }),
        usage(10, 5),
        finish("tool-calls"),
      ],
      answer,
    ],
  }));

test("calls at once: their output mixes, their results keep the order of the calls", () => {
  const gates = { slow: new Gate(), fast: new Gate() };
  const tools = [
    readTool("slow", async (_, { progress }) => {
      progress({ stream: "stdout", data: "slow begins\n" });
      await gates.slow.pass();
      progress({ stream: "stderr", data: "slow ends\n" });
      return say("slow");
    }),
    readTool("fast", async (_, { progress }) => {
      await gates.slow.reached;
      progress({ stream: "stdout", data: "fast\n" });
      gates.slow.open();
      return say("fast");
    }),
  ];
  return golden("calls-parallel", {
    tools,
    policy: { maxConcurrent: 0, eager: false },
    answers: () => [[call("a", "slow", { path: "x" }), call("b", "fast", { path: "y" }), finish("tool-calls")], answer],
  });
});

test("eager reads run while the model still streams, a write waits for its end", () => {
  const looked = new Gate();
  return golden("calls-eager", {
    tools: [
      readTool("look", ({ path }, { progress }) => {
        progress({ stream: "stdout", data: `looking at ${path}\n` });
        looked.open();
        return say(`content of ${path}`);
      }),
      writeTool("change", ({ path }, { progress }) => {
        progress({ stream: "stdout", data: `changing ${path}\n` });
        return say(`wrote ${path}`);
      }),
    ],
    answers: () => [
      [
        call("a", "look", { path: "x" }),
        looked,
        text("Meanwhile."),
        call("b", "change", { path: "x" }),
        text("Still talking."),
        finish("tool-calls"),
      ],
      answer,
    ],
  });
});

test("calls that go wrong become results that say what to do", () =>
  golden("call-errors", {
    tools: [
      readTool("read_file"),
      readTool("refuse_it", () => refuse("x is outside of the working directory.")),
      readTool("lack_it", () => {
        throw fault("missing", "fixture/missing", "x does not exist; list its folder to see what does");
      }),
      readTool("break_it", () => {
        throw new TypeError("undefined is not a function");
      }),
      readTool("dawdle", (_, toolCall) => untilAborted(toolCall), 10_000),
    ],
    policy: { maxConcurrent: 0, eager: true },
    answers: ({ clock }) => [
      [
        call("a", "reed_file", { path: "x" }),
        call("b", "read_file", '{"path": "x'),
        call("c", "read_file", ""),
        call("d", "refuse_it", { path: "x" }),
        call("e", "lack_it", { path: "x" }),
        call("f", "break_it", { path: "x" }),
        call("g", "dawdle", { path: "x" }),
        () => clock.untilSleeping(2),
        () => clock.advance(10_000),
        finish("tool-calls"),
      ],
      answer,
    ],
  }));

test("identical calls of a step run once", () =>
  golden("calls-identical", {
    tools: [readTool("look")],
    answers: () => [[call("a", "look", '{"path":"x","n":1}'), call("a", "look", '{ "n": 1, "path": "x" }'), finish("tool-calls")], answer],
  }));

test("a provider that fails is asked again", () =>
  golden("retry", {
    answers: () => [
      [error("unavailable", "upstream is down", "openai-stream/http-503")],
      [error("limited", "too many requests", "openai-stream/http-429", 7_000)],
      answer,
    ],
    onItem: (item, { clock }) => {
      if (item.type === "provider-retry") passWait(clock);
    },
  }));

test("a provider that asks for a longer wait than the turn has", () =>
  golden("retry-too-long", { answers: () => [[error("limited", "quota used up until tomorrow", "openai-stream/http-429", 86_400_000)]] }));

test("a provider that refuses is not asked again", () =>
  golden("provider-error", { answers: () => [[error("denied", "the key is not valid", "openai-stream/http-401")]] }));

test("a stream that is cut after a read ran: its result stays, the write never runs", () =>
  golden("stream-cut", {
    tools: [readTool("look"), writeTool("change")],
    answers: () => [[text("I look."), call("a", "look", { path: "x" }), call("b", "change", { path: "x" }), call("c", "change", '{"pa')]],
  }));

test("an abort before the first token", () =>
  golden("abort-before-first-token", {
    answers: ({ stop }) => [[() => stop.abort(), text("never")]],
  }));

test("an abort in mid-text", () =>
  golden("abort-mid-text", {
    answers: ({ clock, stop }) => [[reasoning("Hm."), text("Hel"), () => clock.advance(5), () => stop.abort(), text("never")]],
  }));

test("an abort while a tool runs and another waits", () => {
  const running = new Gate();
  return golden("abort-mid-tool", {
    tools: [
      writeTool("change", (_, toolCall) => {
        toolCall.progress({ stream: "stdout", data: "half\n" });
        return untilAborted(toolCall);
      }),
    ],
    answers: () => [[call("a", "change", { path: "x" }), call("b", "change", { path: "y" }), usage(9, 9), finish("tool-calls")]],
    onItem: (item, { stop }) => {
      if (item.type === "tool-output") stop.abort();
      running.open();
    },
  });
});

test("an abort in the wait for another attempt", () =>
  golden("abort-mid-retry", {
    answers: () => [[error("unavailable", "upstream is down", "openai-stream/http-503")]],
    onItem: (item, { clock, stop }) => {
      if (item.type === "provider-retry") void clock.untilSleeping(2).then(() => stop.abort());
    },
  }));

test("an abort between two steps", () =>
  golden("abort-between-steps", {
    tools: [readTool("look")],
    answers: () => [[call("a", "look", { path: "x" }), usage(3, 3), finish("tool-calls")]],
    onItem: (item, { stop }) => {
      if (item.type === "step-settled") stop.abort();
    },
  }));

test("steering is taken behind a step's results", () => {
  const queue = [userMessage("q1", "Mind the dog."), undefined];
  return golden("steering", {
    tools: [readTool("look")],
    answers: () => [
      [call("a", "look", { path: "x" }), finish("tool-calls")],
      [call("b", "look", { path: "y" }), finish("tool-calls")],
      (request) => [text(`I read ${request.messages.map(({ id }) => id).join(" ")}`), finish("stop")],
    ],
    ports: { takeSteering: async () => queue.shift() },
  });
});

test("the last step has no tools", () =>
  golden("limit-steps", {
    tools: [readTool("look")],
    limits: { stepsMax: 2, wallMs: 1_000 },
    answers: () => [
      [call("a", "look", { path: "x" }), usage(1, 1), finish("tool-calls")],
      [call("b", "look", { path: "y" }), usage(2, 2, { cacheReadTokens: 1 }), finish("tool-calls")],
      (request) => [text(`${request.tools.length} tools.`), call("c", "look", { path: "z" }), usage(3, 3), finish("tool-calls")],
    ],
  }));

test("the wall limit ends everything", () =>
  golden("limit-wall", {
    tools: [readTool("look", (_, toolCall) => untilAborted(toolCall), 60_000)],
    limits: { stepsMax: 2, wallMs: 1_000 },
    answers: ({ clock }) => [
      [text("I look."), call("a", "look", { path: "x" }), () => clock.untilSleeping(2), () => clock.advance(1_000), text("never")],
    ],
  }));

test("the same call with the same result, again and again", () =>
  golden("limit-loop", {
    tools: [readTool("look")],
    answers: () => Array.from({ length: 5 }, (_, index) => [call(`c${index}`, "look", { path: "x" }), finish("tool-calls")]),
  }));

test("an answer that reaches its length", () =>
  golden("limit-output", {
    limits: { stepsMax: 2, wallMs: 1_000, outputTokensMax: 5 },
    answers: () => [(request) => [text(`At most ${request.outputTokensMax}`), usage(4, 5), finish("length")]],
  }));

test("a call that is cut by the length is told to be smaller", () =>
  golden("limit-output-mid-call", {
    tools: [writeTool("change")],
    answers: () => [[call("a", "change", '{"path": "x'), usage(4, 5), finish("length")], answer],
  }));

test("a resumed turn goes on counting", () =>
  golden("resumed", {
    resumed: { steps: [{ stepId: "t1#0", usage: { inputTokens: 5, outputTokens: 1 }, genTotalMs: 12 }], durationMs: 400 },
    answers: ({ clock }) => [[() => clock.advance(100), ...answer]],
  }));
