import type { Message } from "@dispatch/kernel";
import { countedIds, FakeClock, FaultInjector, MemoryStorage } from "@dispatch/testkit";
import { expect, test } from "vitest";
import type { ConversationLog } from "./contract.ts";
import { conversationLog } from "./log.ts";

async function setUp() {
  const injector = new FaultInjector(new MemoryStorage());
  const store = await injector.open("conversation-store");
  const open = (): ConversationLog => conversationLog(store, { clock: new FakeClock(1_000), newId: countedIds("m") });
  const log = open();
  const rows = async () => (await Array.fromAsync(store.scan({ prefix: "" }))).map(({ key }) => key);
  /** A conversation with a queue, metrics and a few messages, closed unless said otherwise. */
  const make = async (id: string, status: "closed" | "idle" = "closed") => {
    const writer = await log.write(id, () => {});
    writer.openTurn({ turnId: "t", startedAt: 1, promptText: "hi" }, message(`${id}-p`));
    writer.note("event", { type: "text", text: "half" });
    await writer.landed("now");
    for (const name of ["a", "b", "c"]) writer.append(message(`${id}-${name}`));
    writer.seal({ turnId: "t", usage: { inputTokens: 1, outputTokens: 1 }, steps: [] });
    writer.enqueue({ id: "q", text: "later", queuedAt: 1 });
    writer.change({ status });
    await writer.landed("now");
    return writer;
  };
  const fold = async (writer: Awaited<ReturnType<typeof make>>, archiveId: string) => {
    const upToMessageId = writer.state.messages[0]?.id ?? "";
    await writer.fold({ summary: message(`sum-${archiveId}`, "system"), upToMessageId, archiveId });
    await writer.landed("now");
  };
  return { log, open, rows, make, fold, injector };
}
const message = (id: string, role: Message["role"] = "user"): Message => ({ id, role, parts: [{ chunk: { type: "text", text: id } }] });
const idsOf = (records: readonly { readonly id: string }[]) => records.map(({ id }) => id);

test("what is removed leaves no row and reads as what was never there; its neighbours keep theirs, and its id can be used anew", async () => {
  const { log, rows, make } = await setUp();
  await make("c");
  await make("c1");
  await make("c.d", "idle");
  await log.remove(["c"]);
  expect((await rows()).filter((key) => /(^|\/)c(\/|$)/.test(key))).toEqual([]);
  expect([await log.record("c"), await log.chunks("c", {}), await log.metrics("c"), await log.lastReply("c")]).toEqual([
    undefined,
    [],
    [],
    "",
  ]);
  expect((await log.chunks("c1", {})).length).toBe(4);
  expect((await log.chunks("c.d", {})).length).toBe(4);
  const again = await make("c");
  expect([again.state.latestSeq, (await log.chunks("c", {})).map(({ seq }) => seq)]).toEqual([4, [1, 2, 3, 4]]);
});

test("what an archive reads from is not removed without it; together they go, an archive of an archive too", async () => {
  const { log, rows, make, fold } = await setUp();
  const writer = await make("c");
  await fold(writer, "old");
  await fold(await log.write("old", () => {}), "older");
  await make("other");
  expect((await log.families()).map(idsOf)).toEqual([["c", "old", "older"], ["other"]]);
  for (const ids of [["c"], ["c", "older"], ["old"]])
    await expect(log.remove(ids)).rejects.toMatchObject({ kind: "conflict", code: "conversation-store/not-removable" });
  expect((await log.chunks("older", {})).length).toBe(4);
  await log.remove(["older", "old", "c"]);
  expect((await rows()).filter((key) => /old|\/c($|\/)/.test(key))).toEqual([]);
  expect(idsOf(await log.list({}))).toEqual(["other"]);
});

test("what is open, or has a turn without an end, stays", async () => {
  const { log, make } = await setUp();
  await make("idle", "idle");
  const writer = await make("running");
  writer.openTurn({ turnId: "t2", startedAt: 1, promptText: "hi" }, message("p2"));
  await writer.landed("now");
  for (const id of ["idle", "running"])
    await expect(log.remove([id])).rejects.toMatchObject({ code: "conversation-store/not-removable", data: { conversationId: id } });
  await log.remove(["nowhere"]);
  expect(idsOf(await log.list({})).sort()).toEqual(["idle", "running"]);
});

test("a crash before or after the one commit leaves all or nothing", async () => {
  for (const when of ["before", "after"] as const) {
    const { log, open, rows, make, fold, injector } = await setUp();
    await fold(await make("c"), "old");
    const before = await rows();
    injector.arm({ operation: "commit", at: 1, when });
    await expect(log.remove(["c", "old"])).rejects.toMatchObject({ code: "store/unavailable" });
    expect(await rows()).toEqual(when === "before" ? before : before.filter((key) => key.startsWith("tail/")));
    await open().remove(["c", "old"]);
    expect(await open().list({})).toEqual([]);
  }
});

test("a conversation that is written while it is removed stays", async () => {
  const { log, make, injector } = await setUp();
  const writer = await make("c");
  injector.arm({
    operation: "commit",
    at: 1,
    when: "before",
    async act() {
      writer.append(message("late"));
      await writer.landed("now");
    },
  });
  await expect(log.remove(["c"])).rejects.toMatchObject({ code: "store/conflict" });
  expect((await log.chunks("c", {})).at(-1)?.messageId).toBe("late");
});
