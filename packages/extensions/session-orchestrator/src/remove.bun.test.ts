import { Gate, MemoryStorage, part, testExtension } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { type ConversationKeeper, ConversationKeepers, ConversationRemoved } from "./contract.ts";
import { all, type Desk, faultyStorage, openDesk } from "./desk.fixture.ts";

const hello = [part.text("Hello."), part.finish("stop")];
const keeping = (...keepers: readonly Partial<ConversationKeeper>[]) =>
  testExtension("keepers", {
    dependsOn: ["session-orchestrator"],
    activate(host) {
      for (const [index, keeper] of keepers.entries())
        host.contribute(ConversationKeepers, { name: `keeper ${index}`, forget: async () => {}, ...keeper });
    },
  });
const say = async ({ conversations }: Desk, conversationId: string, text = "Hi") =>
  all((await conversations.submit({ conversationId, text })).events);

test("a closed conversation goes with its archives and what others keep of them; listeners hear of each, and its id begins anew", async () => {
  const forgotten: string[] = [];
  const heard: string[] = [];
  const keeper = keeping({ forget: async (id) => void forgotten.push(id) });
  const listener = testExtension("listener", {
    dependsOn: ["session-orchestrator"],
    activate: (host) => void host.on(ConversationRemoved, ({ conversationId }) => void heard.push(conversationId)),
  });
  await using desk = await openDesk({ answers: [hello, hello, hello], extensions: [keeper, listener] });
  for (const text of ["one", "two"]) await say(desk, "c", text);
  const [first] = await desk.conversations.view("c");
  const { archiveId } = await desk.conversations.fold("c", { summary: "short", upToMessageId: first?.id ?? "" });
  await expect(desk.conversations.remove("c")).rejects.toMatchObject({ code: "session-orchestrator/not-removable", kind: "conflict" });
  await desk.conversations.close("c");
  await expect(desk.conversations.remove(archiveId)).rejects.toMatchObject({ message: expect.stringContaining("is an archive of c") });
  await expect(desk.conversations.remove("nowhere")).rejects.toMatchObject({ kind: "missing" });
  expect(forgotten).toEqual([]);
  const { conversationIds } = await desk.conversations.remove("c");
  expect([...conversationIds]).toEqual(["c", archiveId]);
  expect([forgotten, heard]).toEqual([conversationIds, conversationIds]);
  expect(await desk.log.list({})).toEqual([]);
  await say(desk, "c", "three");
  expect((await desk.log.chunks("c", {})).map(({ seq }) => seq)).toEqual([1, 2]);
  expect(desk.model.requests.at(-1)?.messages).toHaveLength(1);
});

test("a keeper that fails keeps the conversation, which can be removed the next time", async () => {
  let fails = true;
  const keeper = keeping({
    async forget() {
      if (fails) throw new Error("the disk is full");
    },
  });
  await using desk = await openDesk({ answers: [hello, hello], extensions: [keeper] });
  await say(desk, "c");
  await desk.conversations.close("c");
  await expect(desk.conversations.remove("c")).rejects.toThrow("the disk is full");
  expect(await desk.log.record("c")).toMatchObject({ status: "closed" });
  fails = false;
  await desk.conversations.remove("c");
  expect(await desk.log.list({})).toEqual([]);
});

test("a message that comes while a conversation is removed begins it anew, and an archive is not made meanwhile", async () => {
  const gate = new Gate();
  const keeper = keeping({
    forget: () => gate.pass(),
  });
  await using desk = await openDesk({ answers: [hello, hello], extensions: [keeper] });
  await say(desk, "c");
  await desk.conversations.close("c");
  const removed = desk.conversations.remove("c");
  await gate.reached;
  const next = say(desk, "c", "again");
  gate.open();
  await removed;
  await next;
  expect((await desk.log.chunks("c", {})).map(({ chunk }) => "text" in chunk && chunk.text)).toEqual(["again", "Hello."]);
});

test("a commit that fails leaves the whole conversation, on a disk that the next process reads", async () => {
  const storage = faultyStorage();
  await using desk = await openDesk({ answers: [hello, hello], storage });
  await say(desk, "c");
  await desk.conversations.close("c");
  storage.arm({ operation: "commit", at: 1, when: "before" });
  await expect(desk.conversations.remove("c")).rejects.toMatchObject({ code: "store/unavailable" });
  expect(await desk.log.chunks("c", {})).toHaveLength(2);
  await say(desk, "c", "on");
  expect(await desk.log.chunks("c", {})).toHaveLength(4);
});

test("a running conversation is not removed", async () => {
  const gate = new Gate();
  await using desk = await openDesk({ answers: [[part.text("…"), gate, part.finish("stop")]], storage: new MemoryStorage() });
  const { events } = await desk.conversations.submit({ conversationId: "c", text: "Hi" });
  await expect(desk.conversations.remove("c")).rejects.toMatchObject({ kind: "conflict" });
  gate.open();
  await all(events);
});
