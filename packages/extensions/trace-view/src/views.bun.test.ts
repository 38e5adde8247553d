import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JournalRecord } from "@dispatch/journal-sink/record";
import { openTraceStore } from "@dispatch/trace-store";
import { manifestsOf } from "@dispatch/trace-store/fixture";
import { promptEntryCharsMax, showTrace, tracePrompt, traceSpansMax, traceTextCharsMax } from "@dispatch/transport-contract";
import { expect, onTestFinished, test } from "vitest";
import { body, difference, prompt, turnList, turnTree } from "./views.ts";

const at = { extensionId: "turn-trace", conversationId: "c1", turnId: "t1", timestamp: 1_000 } as const;
const open = (spanId: string, name: string, more: object = {}): JournalRecord => ({ ...at, kind: "span-open", spanId, name, ...more });
const close = (spanId: string, name: string, durationMs: number, more: object = {}): JournalRecord => ({
  ...at,
  kind: "span-close",
  spanId,
  name,
  durationMs,
  status: "ok",
  ...more,
});

async function database(...records: readonly JournalRecord[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "dispatch-trace-view-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "traces.db");
  await using store = await openTraceStore(path);
  store.insert(records);
  return path;
}

test("a database that is not there holds no turn, and one that is none is unreadable", async () => {
  const path = await database();
  expect(await turnList(`${path}.none`, {})).toEqual({ turns: [] });
  await expect(turnTree(`${path}.none`, "t1")).rejects.toMatchObject({ kind: "missing", code: "trace-view/no-turn" });
  await writeFile(path, "x".repeat(5_000));
  await expect(turnList(path, {})).rejects.toMatchObject({ kind: "unavailable", code: "trace-view/unreadable" });
});

test("a turn that runs has open spans, and a span whose opening was lost begins as long before its end as it took", async () => {
  const path = await database(open("r", "turn"), close("s", "step", 400, { parentSpanId: "r", timestamp: 2_000 }));
  const tree = await turnTree(path, "t1");
  expect(tree).not.toHaveProperty("durationMs");
  expect(tree.spans).toMatchObject([
    { id: "r", state: "open", startedAt: 1_000 },
    { id: "s", state: "ok", depth: 1, startedAt: 1_600, durationMs: 400 },
  ]);
});

// Reaches traceSpansMax and attributeCharsMax.
test("whatever the journal held, an answer is as its op declares it, and bounded", async () => {
  const odd = { deep: { a: [1] }, long: "x".repeat(100_000), none: null, yes: true };
  const logs = Array.from({ length: traceSpansMax + 5 }, (_, n): JournalRecord => ({ ...at, kind: "log", level: "info", msg: `${n}` }));
  const path = await database(open("r", "turn", { attributes: odd }), ...logs);
  const tree = await turnTree(path, "t1");
  expect(showTrace.output.parse(tree)).toEqual(tree);
  expect([tree.spans.length, tree.left]).toEqual([traceSpansMax, 6]);
  expect(tree.spans[0]?.attributes).toMatchObject({ deep: '{"a":[1]}', none: null, yes: true });
  expect(String(tree.spans[0]?.attributes.long).length).toBeLessThan(5_000);
});

// Reaches traceTextCharsMax and promptEntryCharsMax.
test("long texts come in pieces, and long prompts in pages of whole entries", async () => {
  const words = (id: number) =>
    JSON.stringify({ id, role: "user", parts: [{ chunk: { type: "text", text: `${id}`.repeat(promptEntryCharsMax + 1) } }] });
  const messages = [1, 2, 3, 4].map(words);
  const { bodies, manifests } = manifestsOf([{ system: "You help.", tools: "[]", messages }]);
  const long = "a".repeat(traceTextCharsMax + 3);
  const path = await database(
    open("r", "turn"),
    open("p", "prompt", { parentSpanId: "r", body: manifests[0] }),
    ...[...bodies, long].map((text): JournalRecord => ({ ...at, kind: "log", level: "debug", msg: "body", body: text })),
  );
  const first = await prompt(path, { turnId: "t1", step: 0 });
  expect(tracePrompt.output.parse(first)).toEqual(first);
  expect(first.entries.map(({ text }) => text.length)).toEqual([9, 2, promptEntryCharsMax, promptEntryCharsMax, promptEntryCharsMax]);
  expect([first.entries[2]?.chars, first.total, first.next]).toEqual([promptEntryCharsMax + 1, 6, 5]);
  expect(await prompt(path, { turnId: "t1", step: 0, from: 5 })).not.toHaveProperty("next");

  await using store = await openTraceStore(path, { readonly: true });
  const recordId = store.turn("t1").find(({ bodySizeBytes }) => bodySizeBytes === long.length)?.id ?? "";
  const piece = await body(path, { turnId: "t1", recordId });
  expect([piece.text.length, piece.chars, piece.next]).toEqual([traceTextCharsMax, long.length, traceTextCharsMax]);
  expect(await body(path, { turnId: "t1", recordId, from: piece.next })).toEqual({ text: "aaa", chars: long.length });
  await expect(body(path, { turnId: "t2", recordId })).rejects.toMatchObject({ code: "trace-view/no-text" });
});

test("a prompt that is no longer stored is missing, and so is the difference to it", async () => {
  const path = await database(open("r", "turn"), open("p", "prompt", { parentSpanId: "r", body: "no manifest" }));
  await expect(prompt(path, { turnId: "t1", step: 0 })).rejects.toMatchObject({ code: "trace-view/no-text" });
  await expect(difference(path, { turnId: "t1" })).rejects.toMatchObject({ code: "trace-view/no-text" });
  await expect(difference(path, { turnId: "t9" })).rejects.toMatchObject({ code: "trace-view/no-turn" });
});

// Reaches nameCharsMax, attributeCharsMax.
test("of a long name a thousand characters are shown, of a long attribute 4,000", async () => {
  const attributes = { long: "x".repeat(4_001), fits: "x".repeat(4_000) };
  const [span] = (await turnTree(await database(open("r", "n".repeat(1_001), { attributes })), "t1")).spans;
  expect(span).toMatchObject({ name: `${"n".repeat(1_000)}…`, attributes: { long: `${"x".repeat(4_000)}…`, fits: attributes.fits } });
});

// Reaches shownStepsMax.
test("who asks for a step that there is not is told of 200 that there are", async () => {
  const prompts = Array.from({ length: 250 }, (_, n) => open(`p${n}`, "prompt", { parentSpanId: "r", body: "x" }));
  const asked = prompt(await database(open("r", "turn"), ...prompts), { turnId: "t1", step: 999 });
  const { message } = (await asked.catch((thrown: Error) => thrown)) as Error;
  expect(message.match(/\d+(?=[,.])/g)).toHaveLength(200);
});
