import { fault } from "@dispatch/kernel";
import { expect, test } from "vitest";
import { Chat } from "./chat.ts";
import { FakeSocket, settled } from "./fake-socket.fixture.ts";
import { Outlet } from "./outlet.ts";
import { delta, Talk } from "./talk.fixture.ts";

function open(assertRoom: () => void = () => {}) {
  const talk = new Talk();
  const socket = new FakeSocket();
  const outlet = new Outlet(socket, () => {});
  const lost: unknown[] = [];
  const chat = new Chat({
    conversations: talk.conversations,
    outlet,
    newId: () => "minted",
    assertRoom,
    lost: (thrown) => void lost.push(thrown),
  });
  const texts = () => socket.of("chat.delta").map(({ event }) => "delta" in event && event.delta);
  return { talk, socket, outlet, chat, lost, texts };
}

test("a subscriber gets the turn so far, then live, across turns", async () => {
  const { talk, chat, texts } = open();
  talk.replay = [delta("so far")];
  chat.subscribe("c1");
  await settled();
  talk.tell("c1", delta("a"), delta("b"));
  await settled();
  talk.tell("c1", delta("c"));
  talk.tell("c2", delta("elsewhere", "c2"));
  await settled();
  expect(texts()).toEqual(["so far", "a", "b", "c"]);
});

test("a second subscription changes nothing: nothing is replayed, and nothing comes twice", async () => {
  const { talk, chat, texts } = open();
  chat.subscribe("c1");
  talk.replay = [delta("so far")];
  chat.subscribe("c1");
  talk.tell("c1", delta("a"));
  await settled();
  expect([texts(), chat.subscriptions, talk.watchers("c1")]).toEqual([["a"], 1, 1]);
});

test("after unsubscribing nothing comes any more, and the turn is not touched; who was never subscribed may say so too", async () => {
  const { talk, chat, texts } = open();
  chat.unsubscribe("c1");
  chat.subscribe("c1");
  chat.unsubscribe("c1");
  talk.tell("c1", delta("a"));
  await settled();
  expect([texts(), chat.subscriptions, talk.watchers("c1"), talk.asked]).toEqual([[], 0, 0, []]);
});

test("the sender is subscribed before its turn begins, and all that it said is handed on as it said it", async () => {
  const { talk, chat } = open();
  await chat.send({ type: "chat.send", message: " hi\n", conversationId: "c1", model: "a/b", reasoningEffort: "low" });
  expect(talk.submissions).toEqual([{ conversationId: "c1", text: " hi\n", model: "a/b", reasoningEffort: "low" }]);
  expect([chat.subscriptions, talk.watchers("c1")]).toEqual([1, 1]);
});

test("a message without a conversation gets one, and its sender watches it", async () => {
  const { talk, chat, texts } = open();
  await chat.send({ type: "chat.send", message: "hi" });
  expect(talk.submissions).toEqual([{ conversationId: "minted", text: "hi" }]);
  talk.tell("minted", delta("a"));
  await settled();
  expect(texts()).toEqual(["a"]);
});

test("a sender who is refused stays subscribed, with the replay", async () => {
  const { talk, chat, texts } = open();
  talk.replay = [delta("so far")];
  talk.submitFault = fault("conflict", "session-orchestrator/turn-running", "A turn is running.");
  await expect(chat.send({ type: "chat.send", message: "hi", conversationId: "c1" })).rejects.toMatchObject({ kind: "conflict" });
  talk.tell("c1", delta("a"));
  await settled();
  expect(texts()).toEqual(["so far", "a"]);
});

test("who starts a turn by queueing watches it from its beginning; whose message only waits is not subscribed", async () => {
  const { talk, chat, texts } = open();
  const enqueued = Promise.withResolvers<void>();
  talk.enqueued = enqueued.promise;
  const queued = chat.queue({ type: "chat.queue", conversationId: "c1", text: "hi", workspaceId: "w1" });
  talk.tell("c1", delta("at once"));
  enqueued.resolve();
  await queued;
  await settled();
  expect([texts(), talk.asked]).toEqual([["at once"], ["enqueue c1 hi in w1"]]);

  talk.startsTurn = false;
  await chat.queue({ type: "chat.queue", conversationId: "c2", text: "later" });
  expect([chat.subscriptions, talk.watchers("c2")]).toEqual([1, 0]);
});

test("who is subscribed already when its queued message starts a turn gets nothing twice", async () => {
  const { talk, chat, texts } = open();
  chat.subscribe("c1");
  await chat.queue({ type: "chat.queue", conversationId: "c1", text: "hi" });
  talk.tell("c1", delta("a"));
  await settled();
  expect([texts(), talk.watchers("c1")]).toEqual([["a"], 1]);
});

test("a client that goes while its message is queued leaves no watch behind", async () => {
  const { talk, chat } = open();
  const enqueued = Promise.withResolvers<void>();
  talk.enqueued = enqueued.promise;
  const queued = chat.queue({ type: "chat.queue", conversationId: "c1", text: "hi" });
  chat[Symbol.dispose]();
  enqueued.resolve();
  await queued;
  expect(talk.watchers("c1")).toBe(0);
});

test("a queue that refuses leaves no watch behind", async () => {
  const { talk, chat } = open();
  talk.enqueued = Promise.reject(new Error("full"));
  await expect(chat.queue({ type: "chat.queue", conversationId: "c1", text: "hi" })).rejects.toThrow("full");
  expect(talk.watchers("c1")).toBe(0);
});

test("without a place for another subscription nothing is watched and nothing is sent", async () => {
  const { talk, chat } = open(() => {
    throw fault("limited", "test/full", "Full.");
  });
  expect(() => chat.subscribe("c1")).toThrow("Full.");
  await expect(chat.send({ type: "chat.send", message: "hi", conversationId: "c1" })).rejects.toThrow("Full.");
  await expect(chat.queue({ type: "chat.queue", conversationId: "c1", text: "hi" })).rejects.toThrow("Full.");
  expect([talk.submissions, talk.watchers("c1"), chat.subscriptions]).toEqual([[], 0, 0]);
});

test("a watch that is cut off is told once, and the others go on", async () => {
  const { talk, chat, lost, texts } = open();
  chat.subscribe("c1");
  chat.subscribe("c2");
  await settled();
  talk.cutOff("c1");
  talk.tell("c2", delta("a", "c2"));
  await settled();
  expect(lost).toMatchObject([{ code: "session-orchestrator/too-slow" }]);
  expect(texts()).toEqual(["a"]);
});

// Reaches eventsAtOnceMax.
test("a slow client's turn is not read on until there is room, and then nothing is missing", async () => {
  const { talk, chat, socket, outlet, texts } = open();
  chat.subscribe("c1");
  socket.waitingBytes = 2 ** 21;
  const numbers = Array.from({ length: 200 }, (_, n) => String(n));
  talk.tell("c1", ...numbers.map((text) => delta(text)));
  talk.tell("c1", delta("last"));
  await settled();
  expect(texts()).toHaveLength(64);
  socket.waitingBytes = 0;
  outlet.drained();
  await settled();
  expect(texts()).toEqual([...numbers, "last"]);
});

test("who unsubscribes in the middle of a long batch gets no more of it, and who comes back gets nothing twice", async () => {
  const { talk, chat, socket, outlet, texts } = open();
  chat.subscribe("c1");
  socket.waitingBytes = 2 ** 21;
  talk.tell("c1", ...Array.from({ length: 200 }, (_, n) => delta(String(n))));
  await settled();
  chat.unsubscribe("c1");
  talk.replay = [delta("replayed")];
  chat.subscribe("c1");
  socket.waitingBytes = 0;
  outlet.drained();
  await settled();
  expect(texts().slice(64)).toEqual(["replayed"]);
});
