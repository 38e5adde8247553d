import { bodyHash } from "@dispatch/journal-sink/record";
import { fault, refuse, runTurn, say, type Tool } from "@dispatch/kernel";
import { all, type Desk, openDesk } from "@dispatch/session-orchestrator/fixture";
import { extensionLaws, part, type RecordedSpan, testExtension } from "@dispatch/testkit";
import { eventLines, playRecording, type RecordedPage } from "@dispatch/trace-replay";
import { promptTexts } from "@dispatch/trace-store/reading";
import { expect, test } from "vitest";
import { type TracedTurn, TurnTraced } from "./contract.ts";
import turnTrace from "./index.ts";
import { atRest } from "./tasks.ts";

const others = [testExtension("session-orchestrator", { tier: "core" })];
for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension: turnTrace, others })));

const anything: Tool["input"] = {
  "~standard": {
    version: 1,
    vendor: "fixture",
    validate: (value) => ({ value }),
    jsonSchema: { input: () => ({ type: "object" }), output: () => ({ type: "object" }) },
  },
};
const look: Tool = {
  name: "look",
  description: "Looks.",
  input: anything,
  effect: "read",
  timeoutMs: 1_000,
  run: async (input) => ((input as { no?: boolean }).no ? refuse("no") : say(`saw ${JSON.stringify(input)}`)),
};
const { text, call, usage, finish, error } = part;

/** A desk whose turns are traced, and what was told of them. */
async function openTraced(answers: Parameters<typeof openDesk>[0]["answers"], config = {}) {
  const traced: TracedTurn[] = [];
  const heard = Promise.withResolvers<void>();
  const listener = testExtension("listener", {
    dependsOn: ["turn-trace"],
    activate(host) {
      host.on(TurnTraced, (turn) => {
        traced.push(turn);
        heard.resolve();
      });
    },
  });
  const desk = await openDesk({ answers, tools: [look], extensions: [turnTrace, listener], config: { "turn-trace": config } });
  return { desk, traced, heard: heard.promise };
}

async function chat(desk: Desk, words = "Go.") {
  const { events, turnId } = await desk.conversations.submit({ conversationId: "c1", text: words });
  const seen = await all(events);
  await atRest();
  await atRest();
  return { turnId, events: seen };
}

const bodiesOf = ({ journal }: Desk): ReadonlyMap<string, string> =>
  new Map(
    [...journal.lines.map(({ context }) => context?.body), ...journal.spans.map(({ context }) => context.body)].flatMap((body) =>
      body === undefined ? [] : [[bodyHash(body), body] as const],
    ),
  );
const pagesOf = ({ journal }: Desk, turnId: string) =>
  journal
    .told("recording")
    .filter(({ context }) => context?.turnId === turnId)
    .map(({ context }) => JSON.parse(context?.body ?? "") as RecordedPage);

test("a turn is a tree of spans, with what was used and how it ended", async () => {
  const { desk, traced, heard } = await openTraced([
    [
      text("I look."),
      call("a", "look", { path: "x" }),
      call("b", "look", { no: true }),
      usage(10, 5, { cacheReadTokens: 8 }),
      finish("tool-calls"),
    ],
    [text("Done."), usage(20, 4), finish("stop", "end_turn")],
  ]);
  await using _ = desk;
  const { turnId } = await chat(desk);
  await heard;
  const first = { finishReason: "tool-calls", "usage.inputTokens": 10, "usage.outputTokens": 5, "usage.cacheReadTokens": 8 };
  const second = { finishReason: "stop", "usage.inputTokens": 20, "usage.outputTokens": 4 };
  const request = { model: "demo/echo", provider: "scripted" };
  const whole = { finishReason: "stop", "usage.inputTokens": 30, "usage.outputTokens": 9, "usage.cacheReadTokens": 8, steps: 2 };
  expect(treeOf(desk.journal.spans)).toEqual([
    { name: "turn", status: "ok", attributes: { model: "demo/echo", ...whole } },
    { name: "turn/step", status: "ok", attributes: { step: 0, ...first } },
    { name: "turn/step/decode", status: "ok", attributes: {} },
    { name: "turn/step/prompt", status: "ok", attributes: { messageCount: 1, toolCount: 1 } },
    { name: "turn/step/provider.request", status: "ok", attributes: { ...request, ...first } },
    { name: "turn/step/tool-call", status: "ok", attributes: { name: "look", toolCallId: "a", isError: false, contentLength: 16 } },
    { name: "turn/step/tool-call", status: "ok", attributes: { name: "look", toolCallId: "b", isError: true, contentLength: 2 } },
    { name: "turn/step/ttft", status: "ok", attributes: {} },
    { name: "turn/step", status: "ok", attributes: { step: 1, ...second } },
    { name: "turn/step/decode", status: "ok", attributes: {} },
    { name: "turn/step/prompt", status: "ok", attributes: { messageCount: 4, toolCount: 1 } },
    { name: "turn/step/provider.request", status: "ok", attributes: { ...request, ...second, rawFinishReason: "end_turn" } },
    { name: "turn/step/ttft", status: "ok", attributes: {} },
  ]);
  expect(desk.journal.spans.every(({ context }) => context.conversationId === "c1" && context.turnId === turnId)).toBe(true);
  expect(traced).toMatchObject([{ conversationId: "c1", turnId }]);
  expect(traced[0]?.spans.map(({ name }) => name).sort()).toEqual(desk.journal.spans.map(({ name }) => name).sort());
  expect(traced[0]?.spans.at(-1)).toMatchObject({ name: "turn", startedAt: 1_000_000, status: "ok", attributes: whole });
});

/** Each span by its way from the turn, with its last attributes; of a step, by name. */
function treeOf(spans: readonly RecordedSpan[], parent?: string, way = ""): unknown[] {
  const own = spans.flatMap((span, index) => (span.context.parentSpanId === parent ? [{ span, id: `span-${index + 1}` }] : []));
  const sorted = way.endsWith("step/") ? own.toSorted((a, b) => (a.span.name < b.span.name ? -1 : a.span.name > b.span.name ? 1 : 0)) : own;
  return sorted.flatMap(({ span, id }) => {
    const { conversationId: _, turnId: __, ...attributes } = { ...span.attributes, ...span.end?.attributes };
    return [{ name: `${way}${span.name}`, status: span.end?.status, attributes }, ...treeOf(spans, id, `${way}${span.name}/`)];
  });
}

test("each prompt is what the model got, word for word, whatever step it is of", async () => {
  const { desk } = await openTraced([
    ...Array.from({ length: 5 }, (_, n) => [text(`Step ${n}.`), call(`a${n}`, "look", { n }), finish("tool-calls")]),
    [text("Done."), finish("stop")],
    [text("Again."), finish("stop")],
  ]);
  await using _ = desk;
  await chat(desk);
  await chat(desk, "And now?");
  const bodies = bodiesOf(desk);
  const prompts = desk.journal.spans.filter(({ name }) => name === "prompt").map(({ context }) => context.body ?? "");
  const shown = prompts.map((manifest) => promptTexts(manifest, (hash) => bodies.get(hash)));
  const asked = desk.model.requests.map(({ tools, messages, ...request }) => ({
    ...request,
    tools: JSON.stringify(tools),
    messages: messages.map((message) => JSON.stringify(message)),
  }));
  expect(shown).toEqual(asked);
});

test("what a turn writes grows with what it says, not with its square", async () => {
  const bytesOf = async (steps: number) => {
    const answers = Array.from({ length: steps - 1 }, (_, n) => [
      text(`Step ${n}.`),
      call(`a${n}`, "look", { n, text: "x".repeat(500) }),
      finish("tool-calls"),
    ]);
    const { desk } = await openTraced([...answers, [text("Done."), finish("stop")]]);
    await using _ = desk;
    await chat(desk);
    const { lines, spans } = desk.journal;
    const written = [...lines, ...spans].map((record) => JSON.stringify(record)).join("");
    const requests = JSON.stringify(desk.model.requests).length;
    return { written: written.length, records: lines.length + 2 * spans.length, requests };
  };
  const of50 = await bytesOf(50);
  const of200 = await bytesOf(200);
  expect(of200.written / of50.written).toBeLessThan(4.2);
  expect(of200.requests / of50.requests).toBeGreaterThan(12);
  expect(of200.written * 10).toBeLessThan(of200.requests);
  expect(of200.records).toBeLessThan(200 * 24);
}, 60_000);

test("a long answer costs a bounded number of records", async () => {
  const { desk } = await openTraced([[...Array.from({ length: 2_000 }, (_, n) => text(`${n} `)), finish("stop")]]);
  await using _ = desk;
  await chat(desk);
  expect(desk.journal.lines.length + 2 * desk.journal.spans.length).toBeLessThan(30);
});

test("what was recorded of a turn is what was streamed, and replayed it is that again", async () => {
  const { desk } = await openTraced([
    [text("I look."), call("a", "look", { path: "x" }), call("a", "look", { no: true }), usage(1, 2), finish("tool-calls")],
    [text("Do"), text("ne."), finish("stop")],
    [text("Hello again."), call("a", "look", {}), finish("tool-calls")],
    [text("So."), finish("stop")],
  ]);
  await using _ = desk;
  for (const words of ["Go.", "Once more."]) {
    const { turnId, events } = await chat(desk, words);
    const pages = pagesOf(desk, turnId);
    const streamed = events.filter(({ type }) => type !== "user-message" && type !== "turn-sealed").map((event) => JSON.stringify(event));
    expect(eventLines(pages)).toEqual(streamed);
    const { items, stuck } = await playRecording(pages, { loop: runTurn, atRest, fault });
    expect(stuck).toBeUndefined();
    expect(items.filter(({ type }) => type !== "step-settled").map((item) => JSON.stringify(item))).toEqual(streamed);
  }
});

test("without recordings turns are traced all the same", async () => {
  const { desk } = await openTraced([[text("Hi."), finish("stop")]], { recordings: false });
  await using _ = desk;
  await chat(desk);
  expect(desk.journal.told("recording")).toEqual([]);
  expect(desk.journal.spans.map(({ name }) => name)).toContain("prompt");
});

test("a turn whose model is unknown has a span of its own", async () => {
  const { desk } = await openTraced([]);
  await using _ = desk;
  const { events } = await desk.conversations.submit({ conversationId: "c1", text: "Go.", model: "nobody/nothing" });
  await all(events);
  expect(desk.journal.spans).toMatchObject([{ name: "turn", end: { status: "error", attributes: { finishReason: "error", steps: 0 } } }]);
});

test("a provider that fails is told in its request, its step and its turn", async () => {
  const { desk } = await openTraced([[text("Half"), error("denied", "no key", "fixture/denied")]]);
  await using _ = desk;
  await chat(desk);
  const failed = { "error.message": "no key", "error.code": "fixture/denied" };
  const named = (name: string) => desk.journal.spans.find((span) => span.name === name)?.end;
  expect(named("provider.request")).toEqual({ status: "error", attributes: failed });
  expect(named("step")).toEqual({ status: "error", attributes: { finishReason: "error", ...failed } });
  expect(named("decode")?.status).toBe("error");
  expect(named("turn")).toMatchObject({ status: "error", attributes: { finishReason: "error" } });
});

test("requests outside of a step say what for", async () => {
  const { desk } = await openTraced([
    [text("x"), finish("length")],
    [text("y"), finish("stop")],
  ]);
  await using _ = desk;
  const { signal } = new AbortController();
  for (const outputTokensMax of [1, 4_000]) {
    const { model, request } = await desk.conversations.nextRequest("c1", { outputTokensMax, signal });
    await Array.fromAsync(model.stream(request, signal));
  }
  expect(desk.journal.spans.map(({ name, attributes, context }) => ({ name, attributes, context }))).toEqual([
    { name: "provider.request", attributes: { model: "demo/echo", provider: "scripted", warm: true }, context: { conversationId: "c1" } },
    {
      name: "provider.request",
      attributes: { model: "demo/echo", provider: "scripted", compaction: true },
      context: { conversationId: "c1" },
    },
  ]);
});

test("what cannot be traced fails no turn", async () => {
  const circular: { own?: unknown } = {};
  circular.own = circular;
  const odd = { type: "text-delta", text: "Odd.", providerMetadata: circular } as never;
  const { desk } = await openTraced([
    [odd, call("a", "look", {}), finish("tool-calls")],
    [text("Done."), finish("stop")],
  ]);
  await using _ = desk;
  const { events } = await chat(desk);
  expect(desk.journal.told("trace-failed").length).toBeGreaterThan(0);
  expect(events.at(-1)?.type).toBe("turn-sealed");
  expect(desk.journal.spans.at(0)).toMatchObject({ name: "turn", end: { status: expect.any(String) } });
});
