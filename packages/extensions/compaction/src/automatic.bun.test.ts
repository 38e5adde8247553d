import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Json } from "@dispatch/kernel";
import { HistoryFolded } from "@dispatch/session-orchestrator/contract";
import { chatErrorBody, contentChunk, doneEvent, finishChunk, roleChunk, testExtension } from "@dispatch/testkit";
import { setCompactPercent } from "@dispatch/transport-contract";
import { expect, onTestFinished, test } from "vitest";
import { attemptMsMax } from "./compactor.ts";
import { type ChatRequest, type Desk, looks, openDesk, says, summaryText, tokensIn } from "./desk.fixture.ts";

const of = { conversationId: "c" };
const said = ({ messages }: ChatRequest): string => messages.map(({ content }) => content ?? "").join("\n");
const reasonOf = (events: readonly { readonly type: string }[]) => events.find(({ type }) => type === "done");

/** Every call has its result directly behind it, and no result is without its call. */
function expectWhole(request: ChatRequest): void {
  const { messages } = request;
  for (const [index, { tool_calls = [] }] of messages.entries()) {
    const behind = messages.slice(index + 1, index + 1 + tool_calls.length);
    expect(behind.map(({ tool_call_id }) => tool_call_id)).toEqual(tool_calls.map(({ id }) => id));
  }
  expect(messages.filter(({ role }) => role === "tool")).toHaveLength(messages.flatMap(({ tool_calls = [] }) => tool_calls).length);
  expect(messages.filter(({ role }) => role === "system").length).toBe(1);
}
const numbered = async (desk: Desk) => {
  const chunks = await desk.log.chunks("c", {});
  expect(chunks.map(({ seq }) => seq)).toEqual(chunks.map((_, index) => index + 1));
  return chunks;
};
const compacted = async (desk: Desk) => (await desk.log.record("c"))?.compactedFrom;
/** What is done after a turn has come to its end. */
async function until(desk: Desk, holds: () => boolean | Promise<boolean>): Promise<void> {
  const lastMs = performance.now() + 15_000;
  while (!(await holds())) {
    if (performance.now() > lastMs) throw new Error("it does not come to that");
    await new Promise((resolve) => setImmediate(resolve));
    await desk.clock.advance(0);
  }
}
/** Gives what would run by itself the time of many answers of the model's server. */
const quiet = async (desk: Desk) => {
  for (let rounds = 0; rounds < 30; rounds++) {
    await (await fetch(`${desk.model.url}/models`)).text();
    await desk.clock.advance(0);
  }
};

test.each([
  ["large outputs, which are left out", (n: number) => ({ chars: 2_400, note: `n${n}` })],
  ["large inputs, which only a summary can shorten", (n: number) => ({ chars: 20, note: `${n} ${"y".repeat(2_400)}` })],
])("a turn of 40 steps with %s fits into a small window to its end", async (_how, input) => {
  const contextWindow = 8_000;
  const folds: Json[] = [];
  const watch = testExtension("watch", {
    dependsOn: ["session-orchestrator"],
    activate: (host) => void host.on(HistoryFolded, ({ archiveId, messagesKept }) => void folds.push({ archiveId, messagesKept })),
  });
  await using desk = await openDesk({
    contextWindow,
    extensions: [watch],
    step: (request, n) => (n < 40 ? looks(request, n, input(n)) : says(request, "All done.")),
  });
  const seen = await desk.turn("Look forty times, please.");
  expect(reasonOf(seen)).toMatchObject({ reason: "stop" });
  expect(desk.asked()).toHaveLength(41);
  for (const request of desk.asked()) {
    expect(tokensIn(request)).toBeLessThan(contextWindow);
    expect(said(request).split("Look forty times, please.")).toHaveLength(2);
    expectWhole(request);
  }
  const chunks = await numbered(desk);
  expect(chunks.filter(({ chunk }) => chunk.type === "tool-result")).toHaveLength(40);
  expect(chunks.filter(({ role }) => role === "system")).toHaveLength(folds.length);
  expect(await desk.log.metrics("c")).toHaveLength(1);
  if (input(0).chars > 1_000)
    expect(desk.asked().some((request) => said(request).includes("[Left out to save room: 2400 characters"))).toBe(true);
  else expect(folds.length).toBeGreaterThan(2);
  await desk.turn("Thanks.");
  expectWhole(desk.asked().at(-1) as ChatRequest);
});

test("pruning alone is enough for large outputs; between two prunings the beginning of each request is that of the one before, to the byte", async () => {
  await using desk = await openDesk({
    contextWindow: 16_000,
    step: (request, n) => (n < 30 ? looks(request, n, { chars: 6_000, note: `n${n}` }) : says(request, "All done.")),
  });
  await desk.turn("Go.");
  const requests = desk.asked().map(({ messages }) => messages.map((message) => JSON.stringify(message)));
  const changes = requests.filter(
    (messages, n) => n > 0 && !(requests[n - 1] ?? []).every((message, index) => messages[index] === message),
  );
  expect(changes.length).toBeGreaterThan(1);
  expect(changes.length).toBeLessThan(10);
  expect(desk.summaries()).toEqual([]);
});

test("after a turn that fills the window the conversation is compacted by itself, once", async () => {
  const contextWindow = 32_000;
  await using desk = await openDesk({ contextWindow, step: (request) => says(request, "a".repeat(6_000)) });
  for (let turn = 0; turn < 20 && (await compacted(desk)) === undefined; turn++) {
    await desk.turn(`Question ${turn}: ${"word ".repeat(800)}`);
    await quiet(desk);
  }
  await until(desk, async () => (await compacted(desk)) !== undefined);
  expect(tokensIn(desk.asked().at(-1) as ChatRequest)).toBeGreaterThan(contextWindow * 0.6);
  expect(desk.summaries()).toHaveLength(1);
  await desk.turn("And now?");
  await quiet(desk);
  expect(desk.summaries()).toHaveLength(1);
  expect(tokensIn(desk.asked().at(-1) as ChatRequest)).toBeLessThan(contextWindow * 0.5);
  await numbered(desk);
});

test("what was counted of a view before it was folded does not fold it again", async () => {
  const summarized = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  await using desk = await openDesk({
    contextWindow: 32_000,
    summary: (request) => ({ steps: [{ until: summarized.promise }, says(request, summaryText)] }),
    step: (request) => {
      const isLast = request.messages.at(-1)?.content === "And now?";
      return isLast ? { steps: [{ until: answered.promise }, says(request, "Fine.")] } : says(request, "a".repeat(6_000));
    },
  });
  for (let turn = 0; turn < 20 && desk.summaries().length === 0; turn++) {
    await desk.turn(`Question ${turn}: ${"word ".repeat(800)}`);
    await quiet(desk);
  }
  const turn = desk.turn("And now?");
  await until(desk, () => desk.asked().at(-1)?.messages.at(-1)?.content === "And now?");
  summarized.resolve();
  await until(desk, async () => (await compacted(desk)) !== undefined);
  answered.resolve();
  await turn;
  await quiet(desk);
  expect(desk.summaries()).toHaveLength(1);
  expect((await desk.log.list({})).length).toBe(2);
});

test("a summary that is no shorter than what it stands for is not taken", async () => {
  await using desk = await openDesk({
    contextWindow: 8_000,
    summary: (request) => says(request, "s".repeat(40_000)),
    step: (request, n) => (n < 9 ? looks(request, n, { chars: 20, note: `${n} ${"y".repeat(4_000)}` }) : says(request, "Done.")),
  });
  expect(reasonOf(await desk.turn("Go."))).toMatchObject({ reason: "stop" });
  expect(desk.summaries()).toHaveLength(1);
  expect(await compacted(desk)).toBeUndefined();
  expect(desk.journal.told("compaction-failed")).toHaveLength(1);
});

test("with 0 percent, or without a known window, nothing is done by itself", async () => {
  const big = { step: (request: ChatRequest) => says(request, "a".repeat(8_000)) };
  await using off = await openDesk({ ...big, contextWindow: 4_000 });
  await off.call(setCompactPercent, { ...of, threshold: 0 });
  await using unknown = await openDesk(big);
  for (const desk of [off, unknown]) {
    for (let turn = 0; turn < 4; turn++) await desk.turn("More.");
    await quiet(desk);
    expect(desk.summaries()).toEqual([]);
    expect(await compacted(desk)).toBeUndefined();
  }
});

const json = { "content-type": "application/json" };
test.each([
  ["refuses", { status: 400, headers: json, steps: [chatErrorBody("no")] }],
  ["cuts", { steps: [roleChunk(), contentChunk("## Goal"), "cut" as const] }],
  ["says nothing", { steps: [roleChunk() + finishChunk("stop") + doneEvent] }],
  ["answers garbage", { steps: ["data: {\n\n", "<html>"] }],
])("a model that %s when asked for a summary harms no turn, and is not asked at every step", async (_how, summary) => {
  await using desk = await openDesk({
    contextWindow: 8_000,
    summary: () => summary,
    step: (request, n) => (n < 12 ? looks(request, n, { chars: 20, note: `${n} ${"y".repeat(4_000)}` }) : says(request, "Done.")),
  });
  const turn = desk.turn("Go.");
  let sealed = false;
  void turn.then(() => (sealed = true));
  await until(desk, async () => {
    // Beside the ends of turn and attempt: the wait before it is asked once more.
    if (desk.clock.sleeping > 2) await desk.clock.advance(1_000);
    return sealed;
  });
  expect(reasonOf(await turn)).toMatchObject({ reason: "stop" });
  expect(desk.asked()).toHaveLength(13);
  expect(desk.summaries().length).toBeLessThanOrEqual(2);
  expect(desk.summaries().length).toBeGreaterThan(0);
  expect(await compacted(desk)).toBeUndefined();
  await numbered(desk);
});

test("a model that stalls over a summary holds up a turn for a bounded time", async () => {
  await using desk = await openDesk({
    contextWindow: 8_000,
    summary: () => ({ steps: [roleChunk(), "stall"] }),
    step: (request, n) => (n < 8 ? looks(request, n, { chars: 20, note: `${n} ${"y".repeat(4_000)}` }) : says(request, "Done.")),
  });
  const turn = desk.turn("Go.");
  await until(desk, () => desk.summaries().length === 1);
  await desk.clock.advance(attemptMsMax);
  expect(reasonOf(await turn)).toMatchObject({ reason: "stop" });
  expect(desk.summaries()).toHaveLength(1);
});

test("a stop during a summary ends the turn at once", async () => {
  await using desk = await openDesk({
    contextWindow: 8_000,
    summary: () => ({ steps: [roleChunk(), "stall"] }),
    step: (request, n) => looks(request, n, { chars: 20, note: `${n} ${"y".repeat(4_000)}` }),
  });
  const turn = desk.turn("Go.");
  await until(desk, () => desk.summaries().length === 1);
  expect(await desk.conversations.stop("c")).toEqual({ abortedTurn: true });
  expect(reasonOf(await turn)).toMatchObject({ reason: "aborted" });
  await desk.model.requests.at(-1)?.over;
  expect(await compacted(desk)).toBeUndefined();
});

test("a provider that refuses a request for its length is asked less the next time", async () => {
  const refused = { status: 400, headers: json, steps: [chatErrorBody("maximum context length exceeded")] };
  await using desk = await openDesk({
    contextWindow: 4_000,
    step: (request) => (tokensIn(request) > 4_000 ? refused : says(request, "Fine.")),
  });
  await desk.call(setCompactPercent, { ...of, threshold: 90 });
  for (let turn = 0; turn < 3; turn++) await desk.turn(`Question ${turn}: ${"word ".repeat(300)}`);
  expect(reasonOf(await desk.turn("x".repeat(12_000)))).toMatchObject({ reason: "error" });
  await until(desk, async () => (await compacted(desk)) !== undefined);
  expect(reasonOf(await desk.turn("Short."))).toMatchObject({ reason: "stop" });
});

test("what was left out and a carried prompt survive the server", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dispatch-compaction-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const options = {
    folder,
    contextWindow: 8_000,
    step: (request: ChatRequest, n: number) =>
      n < 10 ? looks(request, n, { chars: 1_200, note: `${n} ${"y".repeat(2_400)}` }) : says(request, "Done."),
  };
  const first = await openDesk(options);
  await first.turn("Look, please.");
  await first.turn("Thanks.");
  const last = first.asked().at(-1) as ChatRequest;
  await first[Symbol.asyncDispose]();
  await using second = await openDesk({ ...options, step: (request) => says(request, "Hello.") });
  await second.turn("Hi.");
  const [again] = second.asked();
  expect(again?.messages.slice(0, last.messages.length).map((message) => JSON.stringify(message))).toEqual(
    last.messages.map((message) => JSON.stringify(message)),
  );
  expect(said(last)).toContain("Look, please.");
});
