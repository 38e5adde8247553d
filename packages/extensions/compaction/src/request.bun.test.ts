import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ShapeTurn } from "@dispatch/session-orchestrator/contract";
import { chatErrorBody, contentChunk, doneEvent, finishChunk, roleChunk, testExtension } from "@dispatch/testkit";
import { compactConversation, getCompactPercent, setCompactPercent } from "@dispatch/transport-contract";
import { expect, onTestFinished, test } from "vitest";
import { attemptMsMax } from "./compactor.ts";
import { type Desk, looks, openDesk, says, summaryText } from "./desk.fixture.ts";
import { summaryIntroduction } from "./shape-view.ts";

const of = { conversationId: "c" };
async function talk(desk: Desk, turns: number): Promise<void> {
  for (let turn = 1; turn <= turns; turn++) await desk.turn(`Question ${turn}.`);
}
const told = `${summaryIntroduction}\n\n<summary>\n${summaryText}\n</summary>`;
const linesOf = (desk: Desk) =>
  desk
    .asked()
    .at(-1)
    ?.messages.map(({ role, content }) => `${role} ${content}`);

test("what is older than the last messages becomes a summary; the log keeps all, and the archive reads as it was", async () => {
  await using desk = await openDesk();
  await talk(desk, 6);
  const before = await desk.log.chunks("c", {});
  const done = await desk.call(compactConversation, of);
  expect(done).toEqual({ ...of, newConversationId: expect.any(String), messagesSummarized: 2, messagesKept: 10 });

  const after = await desk.log.chunks("c", {});
  expect(after.slice(0, 12)).toEqual(before);
  expect(after.map(({ seq }) => seq)).toEqual(after.map((_, index) => index + 1));
  expect(after.at(-1)).toMatchObject({ role: "system", chunk: { type: "text", text: summaryText } });
  expect(await desk.log.record("c")).toMatchObject({ status: "idle", compactedFrom: done.newConversationId });
  expect(await desk.log.record(done.newConversationId)).toMatchObject({ status: "closed", title: "Archive: Question 1." });
  expect(await desk.log.chunks(done.newConversationId, {})).toEqual(before);
});

test("the next request is the system prompt, the summary, the tail and the prompt, and stays so to the byte", async () => {
  await using desk = await openDesk();
  await talk(desk, 6);
  const system = desk.asked()[0]?.messages[0]?.content;
  await desk.call(compactConversation, { ...of, keepLastN: 2 });
  await desk.turn("And now?");
  const first = linesOf(desk);
  expect(first).toEqual([`system ${system}`, `user ${told}`, "user Question 6.", "assistant Done.", "user And now?"]);
  await desk.turn("And then?");
  expect(linesOf(desk)?.slice(0, 5)).toEqual(first);
});

// Reaches outputTokensMax.
test("the summary is asked for without tools, with the older messages as text and results cut short", async () => {
  await using desk = await openDesk({
    step: (request, n) => (n === 0 ? looks(request, n, { chars: 3_000, note: "here" }) : says(request, "Done.")),
  });
  await talk(desk, 2);
  await desk.call(compactConversation, { ...of, keepLastN: 2 });
  const [asked] = desk.summaries();
  expect(asked).toMatchObject({ max_tokens: 2_000 });
  expect(asked?.tools).toBeUndefined();
  expect(asked?.messages.map(({ role }) => role)).toEqual(["system", "user"]);
  expect(asked?.messages[1]?.content).toBe(
    `<conversation>\nUser: Question 1.\n\nAssistant calls look: {"chars":3000,"note":"here"}\n\nResult of look: ${"x".repeat(200)}…\n\nAssistant: Done.\n</conversation>\n\nWrite the summary.`,
  );
  for (const heading of ["## Goal", "## Decisions", "## Files touched", "## Open items"])
    expect(asked?.messages[0]?.content).toContain(`\n${heading}\n`);
});

test("an earlier summary is carried into the next, and a second fold needs a fifth to gain", async () => {
  await using desk = await openDesk();
  await talk(desk, 6);
  await desk.call(compactConversation, of);
  await expect(desk.call(compactConversation, of)).rejects.toMatchObject({ kind: "conflict", code: "compaction/frees-too-little" });
  await talk(desk, 4);
  const again = await desk.call(compactConversation, { ...of, keepLastN: 4 });
  expect(desk.summaries()[1]?.messages[1]?.content).toContain(`<earlier-summary>\n${summaryText}\n</earlier-summary>`);
  expect(again).toMatchObject({ messagesSummarized: 15, messagesKept: 4 });
  expect(await desk.log.record(again.newConversationId)).toMatchObject({ title: "Archive: Question 1.", status: "closed" });
});

test("a body that makes no sense counts as none", () => {
  const { input } = compactConversation;
  for (const keepLastN of [0, -3, "many", null, {}, 0.5, Number.NaN, true])
    expect(input.parse({ ...of, keepLastN }).keepLastN).toBeUndefined();
  for (const modelName of ["", "  ", 7, null, []]) expect(input.parse({ ...of, modelName }).modelName).toBeUndefined();
  expect(input.parse({ ...of, keepLastN: 3.9, modelName: " a/b " })).toEqual({ ...of, keepLastN: 3, modelName: "a/b" });
});

test("every refusal is a conflict that says what to do, and changes nothing", async () => {
  const failure = { status: 401, headers: { "content-type": "application/json" }, steps: [chatErrorBody("no")] };
  const answers: readonly (readonly [string, RegExp])[] = [
    ["empty", /answered with nothing/],
    ["blank", /answered with nothing/],
    ["cut", /cut at its limit of length/],
    ["filtered", /content-filter/],
    ["refused", /scripted/],
    ["endless", /far more than it was asked for/],
  ];
  const bodies: { readonly [name: string]: string | typeof failure } = {
    empty: roleChunk() + finishChunk("stop") + doneEvent,
    blank: roleChunk() + contentChunk(" \n ") + finishChunk("stop") + doneEvent,
    cut: roleChunk() + contentChunk("## Goal") + finishChunk("length") + doneEvent,
    filtered: roleChunk() + contentChunk("## Goal") + finishChunk("content_filter") + doneEvent,
    refused: failure,
    endless: roleChunk() + contentChunk("x".repeat(70_000)) + finishChunk("stop") + doneEvent,
  };
  await using desk = await openDesk({ summary: (_request, n) => bodies[answers[n]?.[0] ?? ""] ?? "" });
  await expect(desk.call(compactConversation, of)).rejects.toMatchObject({ kind: "conflict", code: "compaction/too-short" });
  await talk(desk, 5);
  await expect(desk.call(compactConversation, of)).rejects.toMatchObject({ kind: "conflict", code: "compaction/too-short" });
  await talk(desk, 1);
  const before = await desk.log.chunks("c", {});
  await expect(desk.call(compactConversation, { ...of, modelName: "nobody/x" })).rejects.toMatchObject({
    kind: "conflict",
    code: "compaction/no-model",
    message: expect.stringContaining("nobody"),
  });
  for (const [name, why] of answers)
    await expect(desk.call(compactConversation, of), name).rejects.toMatchObject({
      kind: "conflict",
      code: "compaction/no-summary",
      message: expect.stringMatching(why),
    });
  expect(await desk.log.chunks("c", {})).toEqual(before);
  expect((await desk.log.list({})).map(({ id }) => id)).toEqual(["c"]);
});

test("a provider that is busy is asked once more, and garbage counts as no summary", async () => {
  const busy = { status: 503, headers: { "content-type": "application/json" }, steps: [chatErrorBody("busy")] };
  const garbage = { steps: ["data: {not json\n\n", "data: [DONE]\n\n"] };
  await using desk = await openDesk({
    summary: (request, n) => (n === 0 || n === 2 || n === 3 ? busy : n === 1 ? says(request, summaryText) : garbage),
  });
  await talk(desk, 8);
  const compact = async (keepLastN: number) => {
    const { sleeping } = desk.clock;
    let outcome: string | undefined;
    desk.call(compactConversation, { ...of, keepLastN }).then(
      () => (outcome = "done"),
      (thrown: { code: string }) => (outcome = thrown.code),
    );
    while (outcome === undefined) {
      await new Promise((resolve) => setImmediate(resolve));
      // Beside the end of the attempt: the wait before it is asked once more.
      if (desk.clock.sleeping > sleeping + 1) await desk.clock.advance(1_000);
    }
    return outcome;
  };
  expect(await compact(10)).toBe("done");
  expect(desk.summaries()).toHaveLength(2);
  await talk(desk, 4);
  expect(await compact(4)).toBe("compaction/no-summary");
  expect(desk.summaries()).toHaveLength(4);
  expect(await compact(4)).toBe("compaction/no-summary");
  expect(desk.summaries().length).toBeLessThanOrEqual(6);
});

test("a model that stalls is given up, and the next attempt is free", async () => {
  await using desk = await openDesk({
    summary: (request, n) => (n === 0 ? { steps: [roleChunk(), "stall"] } : says(request, summaryText)),
  });
  await talk(desk, 6);
  const waiting = desk.call(compactConversation, of);
  const refused = expect(waiting).rejects.toMatchObject({ kind: "conflict", code: "compaction/no-summary" });
  const stalled = await desk.model.request(7);
  await desk.clock.advance(attemptMsMax);
  await refused;
  await stalled.over;
  expect(await desk.call(compactConversation, of)).toMatchObject({ messagesKept: 10 });
});

test("a caller that leaves ends the summary", async () => {
  await using desk = await openDesk({ summary: () => ({ steps: [roleChunk(), "stall"] }) });
  await talk(desk, 6);
  const caller = new AbortController();
  const waiting = expect(desk.call(compactConversation, of, caller.signal)).rejects.toMatchObject({ kind: "cancelled" });
  const stalled = await desk.model.request(7);
  caller.abort();
  await waiting;
  await stalled.over;
  expect(stalled.aborted).toBe(true);
});

test("two at once: the second is refused, and so is one while a turn runs", async () => {
  const gate = Promise.withResolvers<void>();
  await using desk = await openDesk({
    step: (request, n) => (n === 6 ? { steps: [roleChunk(), { until: gate.promise }, says(request, "Done.")] } : says(request, "Done.")),
    summary: (request) => ({ steps: [{ until: gate.promise }, says(request, summaryText)] }),
  });
  await talk(desk, 6);
  const first = desk.call(compactConversation, of);
  await desk.model.request(7);
  await expect(desk.call(compactConversation, of)).rejects.toMatchObject({ kind: "conflict", code: "compaction/under-way" });
  const turn = desk.turn("Meanwhile?");
  await desk.model.request(8);
  await expect(desk.call(compactConversation, of)).rejects.toMatchObject({ kind: "conflict", code: "compaction/turn-running" });
  gate.resolve();
  expect(await first).toMatchObject({ messagesSummarized: 2 });
  expect((await turn).at(-1)).toMatchObject({ type: "turn-sealed" });
});

test("a turn that began before anything was looked at keeps the conversation from being compacted", async () => {
  const shaped = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  const slow = testExtension("slow", {
    dependsOn: ["session-orchestrator"],
    activate: (host) =>
      void host.on(ShapeTurn, async (shape, { turnId }) => {
        if (turnId === "") await shaped.promise;
        return shape;
      }),
  });
  await using desk = await openDesk({
    extensions: [slow],
    step: (request, n) => (n === 6 ? { steps: [{ until: answered.promise }, says(request, "Done.")] } : says(request, "Done.")),
  });
  await talk(desk, 6);
  const refused = expect(desk.call(compactConversation, of)).rejects.toMatchObject({ code: "compaction/turn-running" });
  const turn = desk.turn("Meanwhile?");
  await desk.model.request(7);
  shaped.resolve();
  await refused;
  answered.resolve();
  expect((await turn).at(-1)).toMatchObject({ type: "turn-sealed" });
  expect(desk.summaries()).toEqual([]);
});

test("a turn that starts while the summary is made is not harmed: it goes on from the summary", async () => {
  const made = Promise.withResolvers<void>();
  await using desk = await openDesk({
    summary: (request) => ({ steps: [{ until: made.promise }, says(request, summaryText)] }),
    step: (request, n) => {
      const { content } = request.messages.findLast(({ role }) => role === "user") ?? {};
      return content === "Meanwhile?" && n === 6 ? looks(request, n, { chars: 10 }) : says(request, "Done.");
    },
  });
  await talk(desk, 6);
  const compacted = desk.call(compactConversation, of);
  await desk.model.request(7);
  const seen = await desk.turn("Meanwhile?");
  expect(seen.find(({ type }) => type === "done")).toMatchObject({ reason: "stop" });
  made.resolve();
  await compacted;
  await desk.turn("And now?");
  const lines = linesOf(desk);
  expect(lines?.slice(1, 3)).toEqual([`user ${told}`, "user Question 2."]);
  expect(lines?.filter((line) => line === "user Meanwhile?")).toHaveLength(1);
});

test("a conversation too long for its model is summarized in parts, each carrying the summary before", async () => {
  await using desk = await openDesk({ contextWindow: 6_000, summary: (request, n) => says(request, `part ${n}`) });
  await desk.call(setCompactPercent, { ...of, threshold: 0 });
  for (let turn = 1; turn <= 8; turn++) await desk.turn(`Question ${turn}: ${"word ".repeat(700)}`);
  await desk.call(compactConversation, { ...of, keepLastN: 2 });
  const parts = desk.summaries().map(({ messages }) => messages[1]?.content ?? "");
  expect(parts.length).toBeGreaterThan(2);
  for (const [n, part] of parts.entries()) {
    expect(part.length / 4).toBeLessThan(4_000);
    expect(part.startsWith("<earlier-summary>")).toBe(n > 0);
    if (n > 0) expect(part).toContain(`<earlier-summary>\npart ${n - 1}\n</earlier-summary>`);
  }
  for (let turn = 1; turn <= 7; turn++) expect(parts.some((part) => part.includes(`Question ${turn}:`))).toBe(true);
  expect((await desk.log.chunks("c", {})).at(-1)?.chunk).toEqual({ type: "text", text: `part ${parts.length - 1}` });
});

test("the system prompt is made anew after a compaction, and not before", async () => {
  await using desk = await openDesk();
  await writeFile(join(desk.folder, "AGENTS.md"), "Be kind.");
  await talk(desk, 6);
  await writeFile(join(desk.folder, "AGENTS.md"), "Be brief.");
  await desk.turn("Question 7.");
  expect(desk.asked().at(-1)?.messages[0]?.content).toContain("Be kind.");
  await desk.call(compactConversation, of);
  await desk.turn("Question 8.");
  expect(desk.asked().at(-1)?.messages[0]?.content).toContain("Be brief.");
});

test("the percent is 85 unless set, floored, kept over a restart, and known by both names", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dispatch-compaction-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const first = await openDesk({ folder });
  const both = (percent: number) => ({ ...of, threshold: percent, percent });
  expect(await first.call(getCompactPercent, of)).toEqual(both(85));
  expect(await first.call(setCompactPercent, { ...of, threshold: 70.9 })).toEqual(both(70));
  expect(setCompactPercent.input.parse({ ...of, percent: 12 })).toEqual({ ...of, threshold: 12 });
  for (const threshold of [-1, "70", null, undefined, Number.NaN])
    expect(setCompactPercent.input.safeParse({ ...of, threshold }).success).toBe(false);
  expect(await first.call(getCompactPercent, of)).toEqual(both(70));
  expect(await first.call(getCompactPercent, { conversationId: "other" })).toEqual({ conversationId: "other", threshold: 85, percent: 85 });
  await first[Symbol.asyncDispose]();
  await using second = await openDesk({ folder });
  expect(await second.call(getCompactPercent, of)).toEqual(both(70));
});
