import type { Message } from "@dispatch/kernel";
import { countedIds, FakeClock, FaultInjector, MemoryStorage } from "@dispatch/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ConversationLog } from "./contract.ts";
import { conversationLog } from "./log.ts";

async function setUp() {
  const injector = new FaultInjector(new MemoryStorage());
  const store = await injector.open("conversation-store");
  const open = (): ConversationLog => conversationLog(store, { clock: new FakeClock(1_000), newId: countedIds("m") });
  return { open, injector, write: (id = "c") => open().write(id, () => {}) };
}
const message = (id: string, role: Message["role"] = "user", ...texts: string[]): Message => ({
  id,
  role,
  parts: (texts.length === 0 ? [id] : texts).map((text) => ({ chunk: { type: "text", text } })),
});
const summaryOf = (id: string): Message => message(id, "system", `summary ${id}`);
const idsOf = (messages: readonly Message[]): readonly string[] => messages.map(({ id }) => id);

test("a fold leaves its summary in front of what it kept; the log has everything, the summary last", async () => {
  const { open, write } = await setUp();
  const writer = await write();
  for (const id of ["a", "b", "c"]) writer.append(message(id, "user", `${id}1`, `${id}2`));
  await writer.landed("now");
  const counts = await writer.fold({ summary: summaryOf("s"), upToMessageId: "b", archiveId: "old" });
  await writer.landed("now");
  expect(counts).toEqual({ messagesFolded: 2, messagesKept: 1 });
  writer.append(message("d"));
  await writer.landed("now");
  const again = await write();
  expect([idsOf(writer.state.messages), idsOf(again.state.messages)]).toEqual([
    ["s", "c", "d"],
    ["s", "c", "d"],
  ]);
  const chunks = await open().chunks("c", {});
  expect(chunks.map(({ seq, messageId }) => `${seq}${messageId}`)).toEqual(["1a", "2a", "3b", "4b", "5c", "6c", "7s", "8d"]);
  expect(chunks[6]).toMatchObject({ role: "system", chunk: { type: "text", text: "summary s" } });
  expect((await open().record("c"))?.compactedFrom).toBe("old");
});

test("the archive reads as the log before the fold, closed, with the settings, and can be gone on with", async () => {
  const { open, write } = await setUp();
  const writer = await write();
  writer.change({ title: "Plans", cwd: "/tmp", compactedFrom: "older", workspaceId: "w" });
  for (const id of ["a", "b", "c"]) writer.append(message(id));
  writer.seal({ turnId: "t1", usage: { inputTokens: 1, outputTokens: 1 }, steps: [] });
  await writer.landed("now");
  await writer.fold({ summary: summaryOf("s"), upToMessageId: "b", archiveId: "old" });
  writer.append(message("d"));
  writer.seal({ turnId: "t2", usage: { inputTokens: 1, outputTokens: 1 }, steps: [] });
  await writer.landed("now");
  const log = open();
  expect(await log.record("old")).toMatchObject({
    title: "Archive: Plans",
    status: "closed",
    cwd: "/tmp",
    workspaceId: "w",
    compactedFrom: "older",
  });
  expect((await log.chunks("old", {})).map(({ messageId }) => messageId)).toEqual(["a", "b", "c"]);
  expect((await log.chunks("old", { limit: 2 })).map(({ seq }) => seq)).toEqual([2, 3]);
  expect((await log.chunks("old", { beforeSeq: 3, limit: 1 })).map(({ seq }) => seq)).toEqual([2]);
  expect((await log.metrics("old")).map(({ turnId }) => turnId)).toEqual(["t1"]);
  const archive = await write("old");
  expect(idsOf(archive.state.messages)).toEqual(["a", "b", "c"]);
  archive.append(message("e", "assistant"));
  archive.seal({ turnId: "t3", usage: { inputTokens: 1, outputTokens: 1 }, steps: [] });
  await archive.landed("now");
  expect((await log.chunks("old", { limit: 2 })).map(({ seq, messageId }) => [seq, messageId])).toEqual([
    [3, "c"],
    [4, "e"],
  ]);
  expect(await log.lastReply("old")).toBe("e");
  expect((await log.metrics("old")).map(({ turnId }) => turnId)).toEqual(["t1", "t3"]);
  expect((await log.chunks("c", {})).map(({ messageId }) => messageId)).toEqual(["a", "b", "c", "s", "d"]);
});

test("what is folded already, or was never there, is refused and changes nothing", async () => {
  const { open, write } = await setUp();
  const writer = await write();
  for (const id of ["a", "b"]) writer.append(message(id));
  await writer.landed("now");
  await writer.fold({ summary: summaryOf("s"), upToMessageId: "a", archiveId: "old" });
  await writer.landed("now");
  for (const upToMessageId of ["a", "never"])
    await expect(writer.fold({ summary: summaryOf("x"), upToMessageId, archiveId: "other" })).rejects.toMatchObject({
      code: "conversation-store/stale-fold",
      kind: "conflict",
    });
  await writer.landed("now");
  expect(idsOf(writer.state.messages)).toEqual(["s", "b"]);
  expect(await open().record("other")).toBeUndefined();
});

test("a call without a result is folded with the result that a model would be told", async () => {
  const { write } = await setUp();
  const writer = await write();
  writer.append(message("p"));
  writer.append({ id: "a", role: "assistant", parts: [{ chunk: { type: "tool-call", toolCallId: "k", toolName: "look", input: {} } }] });
  writer.append(message("q"));
  await writer.landed("now");
  const again = await write();
  expect(idsOf(again.state.messages)).toEqual(["p", "a", "k:interrupted", "q"]);
  await again.fold({ summary: summaryOf("s"), upToMessageId: "k:interrupted", archiveId: "old" });
  await again.landed("now");
  expect(idsOf((await write()).state.messages)).toEqual(["s", "q"]);
});

test("a call is folded with its results, so that none stands alone", async () => {
  const { write } = await setUp();
  const writer = await write();
  const calls = ["k", "l"].map((toolCallId) => ({ chunk: { type: "tool-call", toolCallId, toolName: "look", input: {} } as const }));
  writer.append({ id: "a", role: "assistant", parts: calls });
  for (const toolCallId of ["k", "l"]) {
    const chunk = { type: "tool-result", toolCallId, toolName: "look", content: "seen", isError: false } as const;
    writer.append({ id: `r${toolCallId}`, role: "tool", parts: [{ chunk }] });
  }
  writer.append(message("q"));
  await writer.landed("now");
  await writer.fold({ summary: summaryOf("s"), upToMessageId: "a", archiveId: "old" });
  await writer.landed("now");
  expect([idsOf(writer.state.messages), idsOf((await write()).state.messages)]).toEqual([
    ["s", "q"],
    ["s", "q"],
  ]);
});

test("however often it is folded, also an archive, loading gives the view and every archive its log", async () => {
  const action = fc.oneof(
    fc.record({ type: fc.constant("append" as const), on: fc.nat(4) }),
    fc.record({ type: fc.constant("fold" as const), on: fc.nat(4), at: fc.nat(20) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
      const { open, write } = await setUp();
      const newId = countedIds("x");
      const model = new Map<string, { log: string[]; view: string[] }>([["c0", { log: [], view: [] }]]);
      for (const { on, ...did } of actions) {
        const id = [...model.keys()][on % model.size] ?? "c0";
        const expected = model.get(id);
        if (expected === undefined) continue;
        const writer = await write(id);
        expect(idsOf(writer.state.messages)).toEqual(expected.view);
        if (did.type === "append") {
          const fresh = newId();
          writer.append(message(fresh));
          expected.log.push(fresh);
          expected.view.push(fresh);
        } else if (expected.view.length > 0) {
          const at = did.at % expected.view.length;
          const [archiveId, summary] = [`c${model.size}`, `s${model.size}`];
          await writer.fold({ summary: summaryOf(summary), upToMessageId: expected.view[at] ?? "", archiveId });
          model.set(archiveId, { log: [...expected.log], view: [...expected.view] });
          expected.view = [summary, ...expected.view.slice(at + 1)];
          expected.log.push(summary);
        }
        await writer.landed("now");
      }
      for (const [id, { log, view }] of model) {
        const chunks = await open().chunks(id, {});
        expect(chunks.map(({ messageId }) => messageId)).toEqual(log);
        expect(chunks.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
        const { state } = await write(id);
        expect([idsOf(state.messages), state.latestSeq]).toEqual([view, log.length]);
      }
    }),
    { numRuns: 60 },
  );
});

test("a fold whose commit fails leaves neither an archive nor another view", async () => {
  const { open, write, injector } = await setUp();
  const writer = await write();
  for (const id of ["a", "b"]) writer.append(message(id));
  await writer.landed("now");
  injector.arm({ operation: "commit", at: 1, when: "before" });
  await writer.fold({ summary: summaryOf("s"), upToMessageId: "a", archiveId: "old" });
  await expect(writer.landed("now")).rejects.toThrow();
  expect(await open().record("old")).toBeUndefined();
  expect(idsOf((await write()).state.messages)).toEqual(["a", "b"]);
});
