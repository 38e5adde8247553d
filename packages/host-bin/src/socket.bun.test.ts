import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { contentChunk, ending, Gate, roleChunk, textAnswer, toolCallAnswer } from "@dispatch/testkit";
import type { ServerFrame } from "@dispatch/transport-contract";
import { type Client, connectClient } from "@dispatch/transport-ws/fixture";
import type { AgentEvent, QueuedMessage, QueuePayload, StoredChunk } from "@dispatch/wire";
import { expect, test } from "vitest";
import { type Api, startApi, types } from "./api.fixture.ts";

const hello = textAnswer(["Hel", "lo."], { promptTokens: 10, completionTokens: 2 });
const readNote = toolCallAnswer([{ id: "1", name: "read_file", arguments: '{"path":"note.txt"}' }]);

/** Says "a", waits, and says "b". */
const held = (gate: Gate, rest = contentChunk("b") + ending("stop")) => ({
  steps: [roleChunk() + contentChunk("a"), { until: gate.pass() }, rest],
});
const textOf = (events: readonly AgentEvent[]) => events.map((event) => (event.type === "text-delta" ? event.delta : "")).join("");
const history = async (api: Api, id: string) => (await api.get<{ chunks: readonly StoredChunk[] }>(`/conversations/${id}`)).body.chunks;
const queueOf = (frame: ServerFrame): readonly QueuedMessage[] | undefined => {
  const spec = frame.type === "surface" ? frame.spec : frame.type === "update" ? frame.update.spec : undefined;
  const [field] = spec?.id === "message-queue" ? spec.fields : [];
  return field?.kind === "custom" ? (field.payload as QueuePayload).messages : undefined;
};
const queues = (client: Client) =>
  client.frames.flatMap((frame) => (queueOf(frame) === undefined ? [] : [queueOf(frame)?.map(({ text }) => text)]));

test("two watchers see the same events, a third who joins in the middle too, and the sender's leaving does not stop the turn", async () => {
  const gate = new Gate();
  await using api = await startApi([held(gate)]);
  using sender = await connectClient(api.socketUrl);
  using watcher = await connectClient(`${api.url.replace("http", "ws")}/ws`);
  watcher.send({ type: "chat.subscribe", conversationId: "c" });
  sender.send({ type: "chat.send", conversationId: "c", message: "Hi" });
  await watcher.untilEvent("text-delta");
  await sender.untilEvent("text-delta");
  using late = await connectClient(api.socketUrl);
  late.send({ type: "chat.subscribe", conversationId: "c" }, { type: "chat.subscribe", conversationId: "c" });
  await late.untilEvent("text-delta");
  const before = sender.events().slice();
  sender[Symbol.dispose]();
  gate.open();
  const seen = await watcher.untilEvent("turn-sealed");
  expect(await late.untilEvent("turn-sealed")).toEqual(seen);
  expect(before).toEqual(seen.slice(0, before.length));
  expect([types(seen).at(0), types(seen).at(-1), textOf(seen)]).toEqual(["user-message", "turn-sealed", "ab"]);
});

test("a message over the socket is a whole turn, and at its seal everything is readable over HTTP", async () => {
  await using api = await startApi([hello]);
  using client = await connectClient(api.socketUrl);
  client.send({ type: "chat.send", message: " Hi\n" });
  const events = await client.untilEvent("turn-sealed");
  const [{ conversationId: id } = expect.fail()] = events;
  expect(events.every((event) => event.conversationId === id)).toBe(true);
  expect(types(events)).toEqual([
    "user-message",
    "turn-start",
    "text-delta",
    "text-delta",
    "usage",
    "step-complete",
    "done",
    "turn-sealed",
  ]);
  expect(events[0]).toMatchObject({ text: " Hi\n" });
  expect((await history(api, id)).map(({ seq, role }) => `${seq} ${role}`)).toEqual(["1 user", "2 assistant"]);
  await client.until(() => client.of("conversation.statusChanged").length >= 2);
  expect(client.of("conversation.statusChanged")).toEqual([
    { type: "conversation.statusChanged", conversationId: id, status: "active", workspaceId: "default" },
    { type: "conversation.statusChanged", conversationId: id, status: "idle", workspaceId: "default" },
  ]);
});

test("a message while a turn runs is a chat error; the turn is not touched, and the sender stays subscribed with the replay", async () => {
  const gate = new Gate();
  await using api = await startApi([held(gate)]);
  using first = await connectClient(api.socketUrl);
  first.send({ type: "chat.send", conversationId: "c", message: "Hi" });
  await first.untilEvent("text-delta");
  using second = await connectClient(api.socketUrl);
  second.send({ type: "chat.send", conversationId: "c", message: "Me too" });
  const refused = await second.next("chat.error");
  expect(refused).toEqual({ type: "chat.error", conversationId: "c", message: expect.stringContaining("A turn is running") });
  expect(types(second.events())).toEqual(["user-message", "turn-start", "text-delta"]);
  gate.open();
  expect(await second.untilEvent("turn-sealed")).toEqual(await first.untilEvent("turn-sealed"));
  expect((await history(api, "c")).map(({ chunk }) => "text" in chunk && chunk.text)).toEqual(["Hi", "ab"]);
});

test("a message queued during a turn with tools shows on the surface, steers behind the tool's result, and leaves the surface", async () => {
  const gate = new Gate();
  await using api = await startApi([held(gate, readNote), hello]);
  await writeFile(join(api.folder, "note.txt"), "remember the milk\n");
  using client = await connectClient(api.socketUrl);
  client.send({ type: "subscribe", surfaceId: "message-queue", conversationId: "c" });
  expect(await client.next("surface")).toMatchObject({ conversationId: "c", spec: { id: "message-queue", title: "Message Queue" } });
  client.send({ type: "chat.send", conversationId: "c", message: "Read it", cwd: api.folder });
  await client.untilEvent("text-delta");
  client.send(
    { type: "chat.queue", conversationId: "c", text: " also this " },
    { type: "chat.queue", conversationId: "c", text: "and that" },
  );
  await client.until(() => queues(client).some((queue) => queue?.length === 2));
  gate.open();
  const seen = await client.untilEvent("turn-sealed");
  await client.until(() => queues(client).at(-1)?.length === 0);
  expect(queues(client)).toEqual([[], ["also this"], ["also this", "and that"], []]);
  expect(client.of("update").every(({ update }) => update.conversationId === "c")).toBe(true);
  const kinds = types(seen);
  expect(kinds.indexOf("steering")).toBe(kinds.indexOf("tool-result") + 1);
  expect(seen.find(({ type }) => type === "steering")).toMatchObject({ text: "also this\n\nand that" });
  expect(client.of("chat.error")).toEqual([]);
});

test("without tool calls, what is queued opens the next turn, joined, and a queued message that starts a turn subscribes its sender", async () => {
  const gate = new Gate();
  await using api = await startApi([held(gate), hello]);
  using client = await connectClient(api.socketUrl);
  client.send({ type: "chat.queue", conversationId: "c", text: "Hi" });
  await client.untilEvent("text-delta");
  using other = await connectClient(api.socketUrl);
  other.send({ type: "chat.queue", conversationId: "c", text: "x" }, { type: "chat.queue", conversationId: "c", text: "y" });
  other.send({ type: "subscribe", surfaceId: "message-queue", conversationId: "c" });
  await other.until(() => queues(other).some((queue) => queue?.length === 2));
  gate.open();
  const seen = await client.untilEvent("turn-sealed", 2);
  expect(seen.filter(({ type }) => type === "user-message")).toMatchObject([{ text: "Hi" }, { text: "x\n\ny" }]);
  expect(types(seen)).not.toContain("steering");
  await client.until(() => client.of("conversation.statusChanged").some(({ status }) => status === "idle"));
  expect(client.of("conversation.statusChanged").map(({ status }) => status)).toEqual(["active", "active", "idle"]);
  expect(other.events()).toEqual([]);
});

test("a cancelled message is taken out alone and says nothing; cancelled again, it says nothing either", async () => {
  const gate = new Gate();
  await using api = await startApi([held(gate), hello]);
  using client = await connectClient(api.socketUrl);
  client.send({ type: "subscribe", surfaceId: "message-queue", conversationId: "c" });
  client.send({ type: "chat.send", conversationId: "c", message: "Hi" });
  await client.untilEvent("text-delta");
  for (const text of ["one", "two"]) client.send({ type: "chat.queue", conversationId: "c", text });
  await client.until(() => queues(client).at(-1)?.length === 2);
  const [first] = client.frames.flatMap((frame) => queueOf(frame) ?? []);
  const cancel = { type: "chat.queue.cancel", conversationId: "c", messageId: first?.id ?? "" } as const;
  client.send(cancel, cancel, { ...cancel, messageId: "never there" });
  await client.until(() => queues(client).at(-1)?.length === 1);
  expect(queues(client).at(-1)).toEqual(["two"]);
  expect((await api.send("DELETE", `/conversations/c/queue/${cancel.messageId}`)).body).toMatchObject({
    cancelled: false,
    queue: [{ text: "two" }],
  });
  gate.open();
  await client.untilEvent("turn-sealed", 2);
  expect(queues(client)).toEqual([[], ["one"], ["one", "two"], ["two"], []]);
  expect([client.of("error"), client.of("chat.error")]).toEqual([[], []]);
});

test("a bad effort, a blank message and images that are none are chat errors with their conversation, and no turn starts", async () => {
  await using api = await startApi([hello]);
  using client = await connectClient(api.socketUrl);
  const wrong = [
    { message: "Hi", reasoningEffort: "very" },
    { message: "" },
    { message: 1 },
    { message: "Hi", images: "x" },
    { message: "Hi", images: [{}] },
  ];
  for (const fields of wrong) client.socket.send(JSON.stringify({ type: "chat.send", conversationId: "c", ...fields }));
  client.socket.send(JSON.stringify({ type: "chat.send", message: "Hi", reasoningEffort: "very" }));
  await client.next("chat.error", wrong.length + 1);
  expect(client.of("chat.error").map(({ conversationId }) => conversationId)).toEqual([...wrong.map(() => "c"), undefined]);
  expect((await api.get("/conversations")).body).toEqual({ conversations: [] });
});

test("what nobody understands is an error without a surface, and the socket goes on", async () => {
  await using api = await startApi([hello]);
  using client = await connectClient(api.socketUrl);
  for (const text of ["{", "[]", '{"type":"chat.sned"}', "{}"]) client.socket.send(text);
  client.socket.send(new Uint8Array([1, 2, 3]));
  await client.next("error", 5);
  expect(client.of("error").every((frame) => !("surfaceId" in frame))).toBe(true);
  client.send({ type: "subscribe", surfaceId: "nothing" });
  expect(await client.next("error", 6)).toMatchObject({ surfaceId: "nothing" });
  client.send({ type: "chat.send", conversationId: "c", message: "Hi" });
  await client.untilEvent("turn-sealed");
});

test("every surface of the catalog answers without a conversation, and with one echoes its id", async () => {
  await using api = await startApi([]);
  using client = await connectClient(api.socketUrl);
  const { catalog } = await client.next("catalog");
  expect(catalog.map(({ id, scope }) => `${id} ${scope}`)).toEqual(
    expect.arrayContaining(["message-queue conversation", "todo conversation", "loaded-extensions global"]),
  );
  for (const { id } of catalog)
    client.send({ type: "subscribe", surfaceId: id }, { type: "subscribe", surfaceId: id, conversationId: "c" });
  await client.next("surface", catalog.length * 2);
  for (const { id } of catalog) {
    const answers = client.of("surface").filter(({ spec }) => spec.id === id);
    expect(answers.map(({ conversationId }) => conversationId)).toEqual([undefined, "c"]);
  }
});

test("the extensions of the server are on their surface", async () => {
  await using api = await startApi([]);
  using client = await connectClient(api.socketUrl);
  client.send({ type: "subscribe", surfaceId: "loaded-extensions" });
  const [stat, table] = (await client.next("surface")).spec.fields;
  expect(stat).toMatchObject({ kind: "stat", label: "Loaded", value: String(api.kernel.report.order.length) });
  const rows = table?.kind === "custom" ? (table.payload as { rows: readonly string[][] }).rows : [];
  expect(rows).toContainEqual(["transport-ws", "1.0.0", "core", "active"]);
});

test("open and close are told to every client", async () => {
  await using api = await startApi([]);
  using client = await connectClient(api.socketUrl);
  await client.next("catalog");
  await api.send("PUT", "/conversations/c/cwd", { cwd: "/tmp", workspaceId: "home" });
  await api.send("POST", "/conversations/c/open");
  expect(await client.next("conversation.open")).toEqual({ type: "conversation.open", conversationId: "c", workspaceId: "home" });
  await api.send("POST", "/conversations/c/close");
  expect(await client.next("conversation.statusChanged")).toEqual({
    type: "conversation.statusChanged",
    conversationId: "c",
    status: "closed",
    workspaceId: "home",
  });
});

test("a client whose socket is cut comes back, gets the turn from its beginning, and the rest of it", async () => {
  const gate = new Gate();
  await using api = await startApi([held(gate)]);
  {
    using client = await connectClient(api.socketUrl);
    client.send({ type: "chat.send", conversationId: "c", message: "Hi" });
    await client.untilEvent("text-delta");
  }
  using again = await connectClient(api.socketUrl);
  again.send({ type: "chat.subscribe", conversationId: "c" });
  await again.untilEvent("text-delta");
  gate.open();
  expect(textOf(await again.untilEvent("turn-sealed"))).toBe("ab");
});

test("an unknown model is told by the turn's own events, to its seal", async () => {
  await using api = await startApi([]);
  using client = await connectClient(api.socketUrl);
  client.send({ type: "chat.send", conversationId: "c", message: "Hi", model: "nobody/x" });
  expect(types(await client.untilEvent("turn-sealed"))).toEqual(["user-message", "turn-start", "error", "done", "turn-sealed"]);
  expect(client.of("chat.error")).toEqual([]);
});
