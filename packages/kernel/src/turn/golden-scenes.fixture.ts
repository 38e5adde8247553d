import { Gate, part } from "@dispatch/testkit";
import { fault } from "../contracts/fault.ts";
import { refuse, say, type ToolCall } from "../contracts/tool.ts";
import { passWait, readTool, type Scene, userMessage, writeTool } from "./turn.fixture.ts";

const { text, reasoning, call, usage, finish, error } = part;
const answer = [text("Done."), usage(20, 4), finish("stop")];
const untilAborted = ({ signal }: ToolCall) =>
  new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));

export interface GoldenScene {
  readonly title: string;
  /** Made anew for each play. */
  scene(): Scene;
}

/** Turns whose streams are the protocol as it is spoken, by the name of their file in `golden/`. */
export const goldenScenes: { readonly [file: string]: GoldenScene } = {
  text: {
    title: "text",
    scene: () => ({
      answers: ({ clock }) => [
        [() => clock.advance(120), text("Hel"), text(""), () => clock.advance(30.00049), text("lo."), usage(10, 2), finish("stop")],
      ],
    }),
  },
  reasoning: {
    title: "reasoning, with what the provider wants back",
    scene: () => ({
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
    }),
  },
  "calls-sequential": {
    title: "calls one after another",
    scene: () => ({
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
    }),
  },
  "calls-parallel": {
    title: "calls at once: their output mixes, their results keep the order of the calls",
    scene: () => {
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
      return {
        tools,
        policy: { maxConcurrent: 0, eager: false },
        answers: () => [[call("a", "slow", { path: "x" }), call("b", "fast", { path: "y" }), finish("tool-calls")], answer],
      };
    },
  },
  "calls-eager": {
    title: "eager reads run while the model still streams, a write waits for its end",
    scene: () => {
      const looked = new Gate();
      return {
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
      };
    },
  },
  "call-errors": {
    title: "calls that go wrong become results that say what to do",
    scene: () => ({
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
    }),
  },
  "calls-identical": {
    title: "identical calls of a step run once",
    scene: () => ({
      tools: [readTool("look")],
      answers: () => [
        [call("a", "look", '{"path":"x","n":1}'), call("a", "look", '{ "n": 1, "path": "x" }'), finish("tool-calls")],
        answer,
      ],
    }),
  },
  retry: {
    title: "a provider that fails is asked again",
    scene: () => ({
      answers: () => [
        [error("unavailable", "upstream is down", "openai-stream/http-503")],
        [error("limited", "too many requests", "openai-stream/http-429", 7_000)],
        answer,
      ],
      onItem: (item, { clock }) => {
        if (item.type === "provider-retry") passWait(clock);
      },
    }),
  },
  "retry-too-long": {
    title: "a provider that asks for a longer wait than the turn has",
    scene: () => ({ answers: () => [[error("limited", "quota used up until tomorrow", "openai-stream/http-429", 86_400_000)]] }),
  },
  "provider-error": {
    title: "a provider that refuses is not asked again",
    scene: () => ({ answers: () => [[error("denied", "the key is not valid", "openai-stream/http-401")]] }),
  },
  "stream-cut": {
    title: "a stream that is cut after a read ran: its result stays, the write never runs",
    scene: () => ({
      tools: [readTool("look"), writeTool("change")],
      answers: () => [[text("I look."), call("a", "look", { path: "x" }), call("b", "change", { path: "x" }), call("c", "change", '{"pa')]],
    }),
  },
  "abort-before-first-token": {
    title: "an abort before the first token",
    scene: () => ({
      answers: ({ stop }) => [[() => stop.abort(), text("never")]],
    }),
  },
  "abort-mid-text": {
    title: "an abort in mid-text",
    scene: () => ({
      answers: ({ clock, stop }) => [[reasoning("Hm."), text("Hel"), () => clock.advance(5), () => stop.abort(), text("never")]],
    }),
  },
  "abort-mid-tool": {
    title: "an abort while a tool runs and another waits",
    scene: () => {
      const running = new Gate();
      return {
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
      };
    },
  },
  "abort-mid-retry": {
    title: "an abort in the wait for another attempt",
    scene: () => ({
      answers: () => [[error("unavailable", "upstream is down", "openai-stream/http-503")]],
      onItem: (item, { clock, stop }) => {
        if (item.type === "provider-retry") void clock.untilSleeping(2).then(() => stop.abort());
      },
    }),
  },
  "abort-between-steps": {
    title: "an abort between two steps",
    scene: () => ({
      tools: [readTool("look")],
      answers: () => [[call("a", "look", { path: "x" }), usage(3, 3), finish("tool-calls")]],
      onItem: (item, { stop }) => {
        if (item.type === "step-settled") stop.abort();
      },
    }),
  },
  steering: {
    title: "steering is taken behind a step's results",
    scene: () => {
      const queue = [userMessage("q1", "Mind the dog."), undefined];
      return {
        tools: [readTool("look")],
        answers: () => [
          [call("a", "look", { path: "x" }), finish("tool-calls")],
          [call("b", "look", { path: "y" }), finish("tool-calls")],
          (request) => [text(`I read ${request.messages.map(({ id }) => id).join(" ")}`), finish("stop")],
        ],
        ports: { takeSteering: async () => queue.shift() },
      };
    },
  },
  "limit-steps": {
    title: "the last step has no tools",
    scene: () => ({
      tools: [readTool("look")],
      limits: { stepsMax: 2, wallMs: 1_000 },
      answers: () => [
        [call("a", "look", { path: "x" }), usage(1, 1), finish("tool-calls")],
        [call("b", "look", { path: "y" }), usage(2, 2, { cacheReadTokens: 1 }), finish("tool-calls")],
        (request) => [text(`${request.tools.length} tools.`), call("c", "look", { path: "z" }), usage(3, 3), finish("tool-calls")],
      ],
    }),
  },
  "limit-wall": {
    title: "the wall limit ends everything",
    scene: () => ({
      tools: [readTool("look", (_, toolCall) => untilAborted(toolCall), 60_000)],
      limits: { stepsMax: 2, wallMs: 1_000 },
      answers: ({ clock }) => [
        [text("I look."), call("a", "look", { path: "x" }), () => clock.untilSleeping(2), () => clock.advance(1_000), text("never")],
      ],
    }),
  },
  "limit-loop": {
    title: "the same call with the same result, again and again",
    scene: () => ({
      tools: [readTool("look")],
      answers: () => Array.from({ length: 5 }, (_, index) => [call(`c${index}`, "look", { path: "x" }), finish("tool-calls")]),
    }),
  },
  "limit-output": {
    title: "an answer that reaches its length",
    scene: () => ({
      limits: { stepsMax: 2, wallMs: 1_000, outputTokensMax: 5 },
      answers: () => [(request) => [text(`At most ${request.outputTokensMax}`), usage(4, 5), finish("length")]],
    }),
  },
  "limit-output-mid-call": {
    title: "a call that is cut by the length is told to be smaller",
    scene: () => ({
      tools: [writeTool("change")],
      answers: () => [[call("a", "change", '{"path": "x'), usage(4, 5), finish("length")], answer],
    }),
  },
  resumed: {
    title: "a resumed turn goes on counting",
    scene: () => ({
      resumed: { steps: [{ stepId: "t1#0", usage: { inputTokens: 5, outputTokens: 1 }, genTotalMs: 12 }], durationMs: 400 },
      answers: ({ clock }) => [[() => clock.advance(100), ...answer]],
    }),
  },
};
