import { Fault, fault, silentLog } from "@dispatch/kernel";
import type { Act, Caller } from "@dispatch/op-registry/contract";
import type { SurfaceRegistry } from "@dispatch/surface-registry/contract";
import { RecordingLog } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { type Connection, framesInHandMax, subscriptionsMax } from "./connection.ts";
import { Connections } from "./connections.ts";
import { FakeSocket, settled } from "./fake-socket.fixture.ts";
import { refusalOf } from "./read-frame.ts";
import { SurfaceViews } from "./surface-views.ts";
import { delta, Talk } from "./talk.fixture.ts";
import { tellFault } from "./tell-fault.ts";

function open({
  log = silentLog,
  max = 10,
  invoke = async () => {},
}: {
  log?: typeof silentLog;
  max?: number;
  invoke?: SurfaceRegistry["invoke"];
} = {}) {
  const talk = new Talk();
  const failed: string[] = [];
  const entry = { id: "todo", region: "side", title: "Tasks", scope: "conversation" } as const;
  const registry: SurfaceRegistry = {
    catalog: () => [entry],
    spec: async (id) => ({ id, region: "side", title: "Tasks", fields: [] }),
    invoke,
  };
  const tell = tellFault(log, () => "r1", mask);
  const acted: Act[] = [];
  const views = new SurfaceViews(registry, (thrown, surfaceId) => refusalOf("subscribe", { surfaceId }, tell(thrown, "subscribe").message));
  const connections = new Connections(
    {
      conversations: talk.conversations,
      registry,
      views,
      newId: () => "minted",
      tell,
      mask,
      acted: (act) => void acted.push(act),
      actionFailed: (surface, action, { code }) => void failed.push(`${surface} ${action} ${code}`),
      catalog: () => registry.catalog(),
    },
    max,
  );
  const connect = (caller: Caller = local) => {
    const socket = new FakeSocket();
    const peer = connections.accept(caller);
    socket.peer = peer;
    peer.opened(socket);
    const looksAt = (surfaceId: string, conversationId: string) => views.has(peer as Connection, surfaceId, conversationId);
    return { socket, peer, looksAt, send: (frame: object) => peer.received(JSON.stringify(frame)) };
  };
  return { talk, connections, connect, failed, acted, entry };
}

/** What stands where the server masks its secrets. */
const mask = <T>(value: T): T =>
  value instanceof Fault ? (masked(value) as T) : JSON.parse(JSON.stringify(value).replaceAll("A-KEY", "[masked]"));
const masked = ({ kind, code, message }: Fault): Fault => fault(kind, code, message.replaceAll("A-KEY", "[masked]"));

test("no refusal tells what the mask takes out, whether a frame cannot be read or its work fails", async () => {
  const { connect } = open({ invoke: () => Promise.reject(fault("missing", "surface-registry/unknown-action", "no A-KEY")) });
  const { socket, send } = connect();
  send({ type: "A-KEY" });
  send({ type: "invoke", surfaceId: "todo", actionId: "x" });
  await expect.poll(() => socket.frames.length).toBe(3);
  expect(socket.frames.slice(1)).toMatchObject([
    { type: "error", message: expect.stringContaining("[masked]") },
    { type: "error", message: "no [masked]", surfaceId: "todo" },
  ]);
  expect(JSON.stringify(socket.frames)).not.toContain("A-KEY");
});

const local: Caller = { name: "local", via: "ws", address: "127.0.0.1" };

test("the catalog is the first frame", () => {
  const { connect, entry } = open();
  expect(connect().socket.frames).toEqual([{ type: "catalog", catalog: [entry] }]);
});

test("what cannot be understood is answered, and the connection goes on", async () => {
  const { connect } = open();
  const { socket, peer, send } = connect();
  peer.received("{");
  peer.received(undefined);
  send({ type: "nothing" });
  send({ type: "chat.send", conversationId: "c1", message: "" });
  send({ type: "subscribe", surfaceId: "todo" });
  await settled();
  expect(socket.frames.slice(1).map((frame) => frame.type)).toEqual(["error", "error", "error", "chat.error", "surface"]);
  expect(socket.of("error").every((frame) => !("surfaceId" in frame))).toBe(true);
  expect(socket.closing).toBeUndefined();
});

test("a valid frame is never answered with an error: leaving what one never had, cancelling what is not there", async () => {
  const { connect, talk } = open();
  const { socket, send } = connect();
  send({ type: "unsubscribe", surfaceId: "nothing", conversationId: "c1" });
  send({ type: "chat.unsubscribe", conversationId: "c1" });
  send({ type: "chat.queue.cancel", conversationId: "c1", messageId: "not an id at all" });
  await settled();
  expect([socket.frames.length, talk.asked]).toEqual([1, ["cancel c1 not an id at all"]]);
});

test("a refusal of a chat carries its conversation, and what nobody reckoned with stays in the journal", async () => {
  const log = new RecordingLog();
  const { connect, talk } = open({ log });
  const { socket, send } = connect();
  talk.submitFault = fault("conflict", "session-orchestrator/turn-running", "A turn is running.");
  send({ type: "chat.send", conversationId: "c1", message: "hi" });
  await settled();
  talk.submitFault = new TypeError("a secret inside");
  send({ type: "chat.send", conversationId: "c1", message: "hi" });
  await settled();
  expect(socket.of("chat.error")).toEqual([
    { type: "chat.error", conversationId: "c1", message: "A turn is running." },
    { type: "chat.error", conversationId: "c1", message: expect.stringContaining("reference r1") },
  ]);
  expect(socket.texts.join("")).not.toContain("secret");
  expect(log.told("frame-failed")[0]?.attributes).toMatchObject({ reference: "r1", "error.message": "a secret inside" });
});

test("an unknown surface or action is told, a failing action is not", async () => {
  const { connect, failed } = open({
    invoke: async (surfaceId, actionId) => {
      if (surfaceId !== "todo") throw fault("missing", "surface-registry/unknown-surface", "No such surface.");
      if (actionId === "nothing") throw fault("missing", "surface-registry/unknown-action", "No such action.");
      throw fault("invalid", "todo/bad-payload", "Give a number.");
    },
  });
  const { socket, send } = connect();
  send({ type: "invoke", surfaceId: "nothing", actionId: "a" });
  send({ type: "invoke", surfaceId: "todo", actionId: "nothing" });
  send({ type: "invoke", surfaceId: "todo", actionId: "todo/clear", payload: "x" });
  await settled();
  expect(socket.of("error")).toEqual([
    { type: "error", surfaceId: "nothing", message: "No such surface." },
    { type: "error", surfaceId: "todo", message: "No such action." },
  ]);
  expect(failed).toEqual(["todo todo/clear todo/bad-payload"]);
});

test("a connection has so many subscriptions, chats and surfaces together, and what it has it keeps", async () => {
  const { connect } = open();
  const { socket, send } = connect();
  for (let n = 0; n < subscriptionsMax; n++)
    send(
      n % 2 === 0 ? { type: "chat.subscribe", conversationId: `c${n}` } : { type: "subscribe", surfaceId: "todo", conversationId: `c${n}` },
    );
  await settled();
  expect([socket.of("chat.error").length, socket.of("error").length]).toEqual([0, 0]);
  send({ type: "chat.subscribe", conversationId: "more" });
  send({ type: "subscribe", surfaceId: "todo", conversationId: "more" });
  send({ type: "subscribe", surfaceId: "todo", conversationId: "c1" });
  send({ type: "chat.subscribe", conversationId: "c0" });
  await settled();
  expect(socket.of("chat.error")).toMatchObject([{ conversationId: "more", message: expect.stringContaining("512") }]);
  expect(socket.of("error")).toMatchObject([{ surfaceId: "todo", message: expect.stringContaining("512") }]);
  send({ type: "chat.unsubscribe", conversationId: "c0" });
  send({ type: "chat.subscribe", conversationId: "more" });
  await settled();
  expect(socket.of("chat.error")).toHaveLength(1);
});

test("so many frames are worked on at once; the next is refused, and there is room again when they are done", async () => {
  const { connect, talk } = open();
  const { socket, send } = connect();
  const held = Promise.withResolvers<void>();
  talk.enqueued = held.promise;
  for (let n = 0; n <= framesInHandMax; n++) send({ type: "chat.queue", conversationId: `c${n}`, text: "a" });
  await settled();
  expect(socket.of("chat.error")).toMatchObject([{ conversationId: `c${framesInHandMax}` }]);
  held.resolve();
  await settled();
  send({ type: "chat.queue", conversationId: "c1", text: "a" });
  await settled();
  expect(socket.of("chat.error")).toHaveLength(1);
});

test("a client that answers pings stays, however long; one that is silent is closed at the second look", () => {
  const { connect, connections } = open();
  const [alive, silent, talking] = [connect(), connect(), connect()];
  for (let n = 0; n < 3; n++) {
    connections.check();
    alive.peer.answered();
    talking.peer.received("");
  }
  expect([alive, silent, talking].map(({ socket }) => socket.closing?.code)).toEqual([undefined, 1001, undefined]);
  expect([alive.socket.pings, silent.socket.pings]).toEqual([3, 1]);
  expect(connections.open).toBe(2);
});

test("a client for which much waits and that takes nothing is closed as too slow, though it talks", () => {
  const { connect, connections } = open();
  const { socket, peer } = connect();
  socket.waitingBytes = 2 ** 21;
  for (let n = 0; n < 2; n++) {
    connections.check();
    peer.received("");
  }
  expect(socket.closing).toMatchObject({ code: 1013, reason: expect.stringContaining("seq") });
});

test("a client that missed a frame is closed as too slow, and so is one whose watch was cut off", async () => {
  const { connect, connections, talk } = open();
  const [full, behind, other] = [connect(), connect(), connect()];
  full.socket.room = 1;
  connections.broadcast({ type: "conversation.open", conversationId: "c1", workspaceId: "default" });
  behind.send({ type: "chat.subscribe", conversationId: "c1" });
  await settled();
  talk.cutOff("c1");
  await settled();
  expect([full, behind, other].map(({ socket }) => socket.closing?.code)).toEqual([1013, 1013, undefined]);
});

test("a connection that is closed leaves nothing behind", async () => {
  const { connect, connections, talk } = open();
  const { socket, send, peer, looksAt } = connect();
  send({ type: "chat.subscribe", conversationId: "c1" });
  send({ type: "subscribe", surfaceId: "todo", conversationId: "c1" });
  await settled();
  expect(looksAt("todo", "c1")).toBe(true);
  peer.closed();
  expect(looksAt("todo", "c1")).toBe(false);
  const sent = socket.texts.length;
  talk.tell("c1", delta("a"));
  connections.broadcast({ type: "conversation.open", conversationId: "c1", workspaceId: "default" });
  send({ type: "chat.subscribe", conversationId: "c1" });
  peer.closed();
  connections.check();
  await settled();
  expect([connections.open, talk.watchers("c1"), socket.texts.length - sent, socket.pings]).toEqual([0, 0, 0, 0]);
});

test("a broadcast reaches everybody as one and the same text", () => {
  const { connect, connections } = open();
  const clients = [connect(), connect(), connect()];
  connections.broadcast({ type: "conversation.statusChanged", conversationId: "c1", status: "active", workspaceId: "w1" });
  for (const { socket } of clients) {
    expect(socket.frames.slice(1)).toEqual([
      { type: "conversation.statusChanged", conversationId: "c1", status: "active", workspaceId: "w1" },
    ]);
  }
});

// Reaches connectionsMax.
test("there is place for so many clients, and none when the server ends", () => {
  const { connect, connections } = open({ max: 2 });
  const [first] = [connect(), connect()];
  expect(() => connections.accept(local)).toThrow(expect.objectContaining({ kind: "limited", code: "transport-ws/too-many-connections" }));
  first?.peer.closed();
  const again = connect();
  connections.end();
  expect([again.socket.closing?.code, connections.open]).toEqual([1001, 0]);
  expect(() => connections.accept(local)).toThrow(expect.objectContaining({ kind: "unavailable", code: "transport-ws/stopping" }));
});

test("whoever may only read watches, and every frame that changes something is refused in the way its sender awaits", async () => {
  const { connect, acted } = open();
  const { socket, send } = connect({ ...local, name: "eyes", readOnly: true });
  send({ type: "chat.subscribe", conversationId: "c1" });
  const frames = [
    { type: "chat.send", conversationId: "c1", message: "a" },
    { type: "chat.queue", conversationId: "c1", text: "a" },
    { type: "chat.queue.cancel", conversationId: "c1", messageId: "m1" },
    { type: "invoke", surfaceId: "tasks", actionId: "add", payload: {} },
  ];
  for (const frame of frames) send(frame);
  await expect.poll(() => acted.length).toBe(4);
  const refusal = { message: expect.stringContaining("may only read") };
  const chatRefusal = { type: "chat.error", conversationId: "c1", ...refusal };
  expect(socket.frames.slice(1)).toEqual([chatRefusal, chatRefusal, chatRefusal, { type: "error", surfaceId: "tasks", ...refusal }]);
  expect(acted.map(({ what, caller, outcome }) => [what, caller.name, outcome])).toEqual(
    ["chat.send", "chat.queue", "chat.queue-cancel", "surfaces.invoke"].map((what) => [what, "eyes", "transport-ws/read-only"]),
  );
});

test("what changes something is told with who asked, from where, and how it ended", async () => {
  const asked: unknown[] = [];
  const { connect, acted } = open({
    invoke: async (...given) => {
      asked.push(given);
      throw fault("invalid", "todo/no", "No.");
    },
  });
  const { send } = connect();
  send({ type: "chat.subscribe", conversationId: "c1" });
  send({ type: "chat.queue.cancel", conversationId: "c1", messageId: "m1" });
  send({ type: "invoke", surfaceId: "todo", actionId: "a" });
  await expect.poll(() => acted.length).toBe(2);
  expect(acted.sort((a, b) => (a.what < b.what ? -1 : 1))).toEqual([
    { what: "chat.queue-cancel", caller: local, input: expect.objectContaining({ messageId: "m1" }), outcome: "done" },
    { what: "surfaces.invoke", caller: local, input: expect.objectContaining({ surfaceId: "todo" }), outcome: "todo/no" },
  ]);
  expect(asked).toEqual([["todo", "a", undefined, undefined, "local"]]);
});
