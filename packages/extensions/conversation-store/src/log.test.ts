import type { Message, Store } from "@dispatch/kernel";
import { countedIds, FakeClock, FaultInjector, MemoryStorage } from "@dispatch/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ConversationLog, ConversationWriter } from "./contract.ts";
import { conversationLog } from "./log.ts";

async function setUp(storage = new MemoryStorage()) {
  const injector = new FaultInjector(storage);
  const store: Store = await injector.open("conversation-store");
  const clock = new FakeClock(1_000);
  const handed: string[] = [];
  const open = (): ConversationLog => conversationLog(store, { clock, newId: countedIds("m") });
  const log = open();
  const write = (id = "c"): Promise<ConversationWriter<string>> => log.write(id, (events) => handed.push(...events));
  return { log, write, open, handed, injector, clock };
}
const text = (id: string, ...texts: string[]): Message => ({
  id,
  role: "assistant",
  parts: texts.map((part) => ({ chunk: { type: "text", text: part } })),
});
const prompt: Message = { id: "p", role: "user", parts: [{ chunk: { type: "text", text: "hello" } }] };
const metrics = { turnId: "t", usage: { inputTokens: 1, outputTokens: 1 }, steps: [] };

test("what was appended is what is loaded, however it was batched", async () => {
  const batches = fc.array(fc.array(fc.array(fc.string(), { maxLength: 3 }), { maxLength: 4 }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(batches, async (groups) => {
      const { write, open } = await setUp();
      const writer = await write();
      const id = countedIds("a");
      const appended: Message[] = [];
      for (const group of groups) {
        for (const texts of group) {
          const message = text(id(), ...texts);
          if (texts.length > 0) appended.push(message);
          writer.append(message);
        }
        await writer.landed("now");
      }
      const again = await open().write("c", () => {});
      expect(again.state.messages).toEqual(appended);
      const chunks = await open().chunks("c", {});
      expect(chunks.map(({ seq }) => seq)).toEqual(appended.flatMap(({ parts }) => parts).map((_, index) => index + 1));
      expect(again.state.latestSeq).toBe(chunks.length);
    }),
    { numRuns: 50 },
  );
});

test("events are handed on when they are stored, and not before", async () => {
  const { write, handed } = await setUp();
  const writer = await write();
  writer.note("first", { type: "text", text: "a" });
  expect(handed).toEqual([]);
  await writer.landed("now");
  expect(handed).toEqual(["first"]);
});

test("a failed commit breaks the writer: nothing more is handed on, and the next writer finds the last good state", async () => {
  const { write, handed, injector } = await setUp();
  const writer = await write();
  writer.append(text("a", "kept"));
  await writer.landed("now");
  injector.arm({ operation: "commit", at: 1, when: "before" });
  writer.note("lost", { type: "text", text: "x" });
  await expect(writer.landed("now")).rejects.toMatchObject({ kind: "unavailable" });
  await expect(writer.landed("now")).rejects.toMatchObject({ kind: "unavailable" });
  expect(writer.fault?.code).toBe("store/unavailable");
  expect(handed).toEqual([]);
  expect((await write()).state.messages).toEqual([text("a", "kept")]);
});

test("a writer that lost its seat can write nothing", async () => {
  const { write, log } = await setUp();
  const [older, newer] = [await write(), await write()];
  older.append(text("a", "older"));
  newer.append(text("b", "newer"));
  await newer.landed("now");
  await expect(older.landed("now")).rejects.toMatchObject({ code: "conversation-store/seat-lost", kind: "conflict" });
  expect((await log.chunks("c", {})).map(({ messageId }) => messageId)).toEqual(["b"]);
});

test("the settled message replaces its tail in one commit", async () => {
  const { write, open, injector } = await setUp();
  const writer = await write();
  writer.openTurn({ turnId: "t", startedAt: 1, promptText: "hello" }, prompt);
  await writer.landed("now");
  for (const piece of ["one ", "two"]) {
    writer.note(piece, { type: "text", text: piece });
    await writer.landed("now");
  }
  const crashed = await open().write("c", () => {});
  expect(crashed.state.tail).toEqual([
    { type: "text", text: "one " },
    { type: "text", text: "two" },
  ]);
  const before = injector.counts.commit;
  const mine = await open().write("c", () => {});
  mine.settle([text("a", "one two")], { stepId: "t#0", usage: metrics.usage });
  await mine.landed("now");
  expect(injector.counts.commit).toBe(before + 1);
  const after = await open().write("c", () => {});
  expect(after.state.tail).toEqual([]);
  expect(after.state.open?.steps).toEqual([{ stepId: "t#0", usage: metrics.usage }]);
  expect(after.state.messages).toEqual([prompt, text("a", "one two")]);
});

test("a tail without an end is settled with its mark, and its step counts", async () => {
  const { write, open } = await setUp();
  const writer = await write();
  writer.openTurn({ turnId: "t", startedAt: 1, promptText: "hello" }, prompt);
  writer.note("half", { type: "text", text: "half" });
  await writer.landed("now");
  const next = await open().write("c", () => {});
  next.settleTail({ type: "error", message: "stopped", code: "interrupted" }, false);
  await next.landed("now");
  expect((await open().chunks("c", {})).map(({ seq, chunk }) => [seq, chunk.type])).toEqual([
    [1, "text"],
    [2, "text"],
    [3, "error"],
  ]);
  expect(next.state.open?.steps).toEqual([{ stepId: "t#0", usage: { inputTokens: 0, outputTokens: 0 } }]);
});

test("what the provider had counted for a step without an end still counts", async () => {
  const { write, open } = await setUp();
  const writer = await write();
  writer.openTurn({ turnId: "t", startedAt: 1, promptText: "hello" }, prompt);
  writer.keep({ type: "text", text: "half" });
  for (const outputTokens of [1, 2]) writer.keep({ type: "usage", usage: { inputTokens: 10, outputTokens } });
  await writer.landed("now");
  const next = await open().write("c", () => {});
  next.settleTail({ type: "error", message: "stopped", code: "interrupted" }, false);
  expect(next.state.open?.steps).toEqual([{ stepId: "t#0", usage: { inputTokens: 10, outputTokens: 2 } }]);
});

test("sealing leaves one metrics row a turn and no open turn", async () => {
  const { write, log } = await setUp();
  const writer = await write();
  for (const turnId of ["t1", "t2"]) {
    writer.openTurn({ turnId, startedAt: 1, promptText: "hello" }, { ...prompt, id: turnId });
    await writer.landed("now");
    expect(await log.openTurns()).toEqual(["c"]);
    writer.seal({ ...metrics, turnId });
    await writer.landed("now");
  }
  expect((await log.metrics("c")).map(({ turnId }) => turnId)).toEqual(["t1", "t2"]);
  expect(await log.openTurns()).toEqual([]);
});

test("the queue keeps its order over a restart, and gives up what was taken", async () => {
  const { write, open } = await setUp();
  const writer = await write();
  for (const id of ["1", "2", "3"]) writer.enqueue({ id, text: id, queuedAt: 1 });
  writer.dequeue(["2", "unknown"]);
  await writer.landed("now");
  const again = await open().write("c", () => {});
  expect(again.state.queue.map(({ id }) => id)).toEqual(["1", "3"]);
  again.enqueue({ id: "4", text: "4", queuedAt: 1 });
  expect(again.state.queue.map(({ id }) => id)).toEqual(["1", "3", "4"]);
});

test("a window is the newest that many, ascending", async () => {
  const { write, log } = await setUp();
  const writer = await write();
  writer.append(text("a", "1", "2", "3", "4", "5"));
  await writer.landed("now");
  const seqs = async (window: Parameters<ConversationLog["chunks"]>[1]) => (await log.chunks("c", window)).map(({ seq }) => seq);
  expect(await seqs({ limit: 2 })).toEqual([4, 5]);
  expect(await seqs({ beforeSeq: 3, limit: 1 })).toEqual([2]);
  expect(await seqs({ sinceSeq: 3 })).toEqual([4, 5]);
  expect(await seqs({ sinceSeq: 2, beforeSeq: 5, limit: 1 })).toEqual([4]);
  expect(await seqs({ sinceSeq: 9 })).toEqual([]);
});

test("a page reads only what it gives", async () => {
  const memory = await new MemoryStorage().open("conversation-store");
  let read = 0;
  const store: Store = {
    get: (key) => memory.get(key),
    commit: (writes) => memory.commit(writes),
    async *scan(range) {
      for await (const entry of memory.scan(range)) {
        read++;
        yield entry;
      }
    },
  };
  const log = conversationLog(store, { clock: new FakeClock(), newId: countedIds("m") });
  const writer = await log.write("c", () => {});
  for (let n = 0; n < 1_000; n++) writer.append(text(`a${n}`, "x"));
  await writer.landed("now");
  const reads = async (window: Parameters<ConversationLog["chunks"]>[1]) => {
    read = 0;
    await log.chunks("c", window);
    return read;
  };
  expect(await reads({ limit: 3 })).toBe(3);
  expect(await reads({ beforeSeq: 500, limit: 3 })).toBe(3);
  expect(await reads({ sinceSeq: 998 })).toBe(3);
});

test("the last reply is the last text of the last assistant message", async () => {
  const { write, log } = await setUp();
  expect(await log.lastReply("c")).toBe("");
  const writer = await write();
  writer.append(text("a", "first", "second"));
  writer.append(prompt);
  await writer.landed("now");
  expect(await log.lastReply("c")).toBe("second");
  writer.append({ id: "e", role: "assistant", parts: [{ chunk: { type: "error", message: "no" } }] });
  await writer.landed("now");
  expect(await log.lastReply("c")).toBe("");
});

test("conversations are listed newest activity first, by prefix, status and workspace", async () => {
  const { write, log, clock } = await setUp();
  for (const [id, status] of [
    ["a1", "idle"],
    ["a2", "closed"],
    ["b1", "idle"],
  ] as const) {
    const writer = await write(id);
    writer.change({ status, lastActivityAt: clock.now(), workspaceId: id === "b1" ? "w" : "default" });
    await writer.landed("now");
    await clock.advance(10);
  }
  const ids = async (filter: Parameters<ConversationLog["list"]>[0]) => (await log.list(filter)).map(({ id }) => id);
  expect(await ids({})).toEqual(["b1", "a2", "a1"]);
  expect(await ids({ idPrefix: "a" })).toEqual(["a2", "a1"]);
  expect(await ids({ statuses: ["idle"] })).toEqual(["b1", "a1"]);
  expect(await ids({ workspaceId: "w" })).toEqual(["b1"]);
  expect(await ids({ idPrefix: "ü/%" })).toEqual([]);
});

test("the title comes from the first text and a given one stays", async () => {
  const { write } = await setUp();
  const writer = await write();
  writer.change({});
  expect(writer.state.record?.title).toBe("Untitled");
  writer.append(prompt);
  expect(writer.state.record?.title).toBe("hello");
  writer.change({ title: "Mine" });
  writer.append({ ...prompt, id: "q", parts: [{ chunk: { type: "text", text: "other" } }] });
  expect(writer.state.record?.title).toBe("Mine");
});
