import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { contentChunk, ending, Gate, reasoningChunk, roleChunk, textAnswer, toolCallAnswer } from "@dispatch/testkit";
import type { ConversationMeta, StoredChunk, TurnMetrics } from "@dispatch/wire";
import { expect, test } from "vitest";
import { startApi, types } from "./api.fixture.ts";

const hello = textAnswer(["Hel", "lo."], { promptTokens: 10, completionTokens: 2 });
const readNote = toolCallAnswer([{ id: "1", name: "read_file", arguments: '{"path":"note.txt"}' }]);

interface History {
  readonly chunks: readonly StoredChunk[];
  readonly latestSeq: number;
}

test("health answers exactly", async () => {
  await using api = await startApi([]);
  expect(await api.get("/health")).toEqual({ status: 200, body: { ok: true } });
});

test("models are listed as credential and model, the offline one last", async () => {
  await using api = await startApi([]);
  expect((await api.get("/models")).body).toMatchObject({ models: ["opencode/scripted", "offline/assistant"] });
});

test("the description of the server lists every route", async () => {
  await using api = await startApi([]);
  const { body } = await api.get<{ openapi: string; paths: object }>("/openapi.json");
  expect(body.openapi).toMatch(/^3\.1/);
  expect(Object.keys(body.paths)).toEqual(
    expect.arrayContaining(["/health", "/models", "/conversations", "/conversations/{conversationId}/queue"]),
  );
});

test("a chat without an id is given one: header and events agree, the order is canonical, history and metrics are there at its end", async () => {
  await using api = await startApi([hello]);
  const { response, events } = await api.begin({ message: "  Hi  " });
  const seen = await events;
  const id = response.headers.get("x-conversation-id") ?? "";
  expect(response.headers.get("content-type")).toContain("application/x-ndjson");
  expect(seen.every((event) => event.conversationId === id)).toBe(true);
  expect(types(seen)).toEqual(["user-message", "turn-start", "text-delta", "text-delta", "usage", "step-complete", "done", "turn-sealed"]);
  expect(seen[0]).toMatchObject({ text: "Hi" });
  const { chunks, latestSeq } = (await api.get<History>(`/conversations/${id}`)).body;
  expect(chunks.map(({ seq, role }) => `${seq} ${role}`)).toEqual(["1 user", "2 assistant"]);
  expect(latestSeq).toBe(2);
  const { turns } = (await api.get<{ turns: TurnMetrics[] }>(`/conversations/${id}/metrics`)).body;
  expect(turns).toHaveLength(1);
  expect(turns[0]?.contextSize).toBe(12);
  expect(seen.find(({ type }) => type === "done")).toMatchObject({ reason: "stop", contextSize: 12 });
});

test("a real tool runs in the conversation's folder, and its result stands behind its call", async () => {
  await using api = await startApi([readNote, hello]);
  await writeFile(join(api.folder, "note.txt"), "remember the milk\n");
  const seen = await api.chat({ conversationId: "c", message: "Read it", cwd: api.folder });
  expect(seen.find(({ type }) => type === "tool-result")).toMatchObject({
    toolName: "read_file",
    isError: false,
    content: expect.stringContaining("milk"),
  });
  const { chunks } = (await api.get<History>("/conversations/c")).body;
  expect(chunks.map(({ role, chunk }) => `${role} ${chunk.type}`)).toEqual([
    "user text",
    "assistant tool-call",
    "tool tool-result",
    "assistant text",
  ]);
});

test("reasoning is streamed and stored as thinking", async () => {
  await using api = await startApi([roleChunk() + reasoningChunk("Hm. ") + contentChunk("Yes.") + ending("stop")]);
  expect(types(await api.chat({ conversationId: "c", message: "Well?" })).slice(2, 4)).toEqual(["reasoning-delta", "text-delta"]);
  const { chunks } = (await api.get<History>("/conversations/c")).body;
  expect(chunks.map(({ chunk }) => chunk)).toEqual([
    { type: "text", text: "Well?" },
    { type: "thinking", text: "Hm. " },
    { type: "text", text: "Yes." },
  ]);
});

test("a window of history is the newest that many, ascending; what is no number is refused", async () => {
  await using api = await startApi([hello, hello]);
  for (const message of ["one", "two"]) await api.chat({ conversationId: "c", message });
  const seqs = async (query: string) => (await api.get<History>(`/conversations/c?${query}`)).body.chunks.map(({ seq }) => seq);
  expect(await seqs("limit=2")).toEqual([3, 4]);
  expect(await seqs("beforeSeq=3&limit=1")).toEqual([2]);
  expect(await seqs("sinceSeq=3")).toEqual([4]);
  expect((await api.get("/conversations/c?sinceSeq=9")).body).toEqual({ chunks: [], latestSeq: 9 });
  for (const query of ["sinceSeq=-1", "limit=0", "beforeSeq=x"])
    expect(await api.get(`/conversations/c?${query}`)).toMatchObject({
      status: 400,
      body: { kind: "invalid", code: "op-registry/invalid-input" },
    });
});

test("an unknown conversation reads as an empty one; only its status is missing", async () => {
  await using api = await startApi([]);
  expect(await api.get("/conversations/nobody")).toEqual({ status: 200, body: { chunks: [], latestSeq: 0 } });
  expect(await api.get("/conversations/nobody/last")).toEqual({ status: 200, body: { conversationId: "nobody", content: "" } });
  expect(await api.get("/conversations/nobody/metrics")).toEqual({ status: 200, body: { turns: [] } });
  expect(await api.get("/conversations/nobody/status")).toMatchObject({ status: 404, body: { kind: "missing" } });
});

test("conversations are listed newest first, by prefix, status and workspace, closed ones included", async () => {
  await using api = await startApi([hello, hello]);
  await api.chat({ conversationId: "a1", message: "one", workspaceId: "w" });
  await api.chat({ conversationId: "b1", message: "two" });
  await api.send("POST", "/conversations/a1/close");
  const ids = async (query: string) =>
    (await api.get<{ conversations: ConversationMeta[] }>(`/conversations${query}`)).body.conversations.map(({ id }) => id);
  expect(await ids("")).toHaveLength(2);
  expect(await ids("?q=a")).toEqual(["a1"]);
  expect(await ids("?status=closed")).toEqual(["a1"]);
  expect(await ids("?status=idle,nonsense")).toEqual(["b1"]);
  expect(await ids("?status=nonsense")).toHaveLength(2);
  expect(await ids("?workspaceId=w&q=")).toEqual(["a1"]);
});

test("the last reply is waited for while a turn runs", async () => {
  const gate = new Gate();
  await using api = await startApi([
    { steps: [roleChunk() + contentChunk("Hel"), { until: gate.pass() }, contentChunk("lo.") + ending("stop")] },
  ]);
  const { events } = await api.begin({ conversationId: "c", message: "Hi" });
  expect((await api.get("/conversations/c/last?timeoutMs=1")).body).toEqual({ conversationId: "c", content: "", settled: false });
  expect((await api.get("/conversations/c/status")).body).toEqual({ conversationId: "c", isActive: true, status: "active" });
  const last = api.get("/conversations/c/last");
  gate.open();
  const turnId = (await events).map((event) => "turnId" in event && event.turnId)[0];
  expect((await last).body).toEqual({ conversationId: "c", content: "Hello.", turnId });
});

test("settings are stored, read back and cleared", async () => {
  await using api = await startApi([]);
  const path = "/conversations/c";
  expect((await api.get(`${path}/cwd`)).body).toEqual({ conversationId: "c", cwd: null });
  expect((await api.send("PUT", `${path}/cwd`, { cwd: "/tmp", workspaceId: "w" })).body).toEqual({ conversationId: "c", cwd: "/tmp" });
  expect((await api.get(`${path}/cwd`)).body).toEqual({ conversationId: "c", cwd: "/tmp" });
  expect((await api.send("DELETE", `${path}/cwd`)).body).toEqual({ conversationId: "c", cwd: null });
  expect((await api.send("PUT", `${path}/model`, { model: "any/thing/at-all" })).body).toEqual({
    conversationId: "c",
    model: "any/thing/at-all",
  });
  expect((await api.get(`${path}/model`)).body).toEqual({ conversationId: "c", model: "any/thing/at-all" });
  expect((await api.send("PUT", `${path}/model`, { model: "" })).body).toEqual({ conversationId: "c", model: null });
  expect((await api.get(`${path}/reasoning-effort`)).body).toEqual({ conversationId: "c", reasoningEffort: null });
  expect((await api.send("PUT", `${path}/reasoning-effort`, { reasoningEffort: "max" })).body).toEqual({
    conversationId: "c",
    reasoningEffort: "max",
  });
  expect((await api.send("PUT", `${path}/title`, { title: " Plans " })).body).toEqual({ conversationId: "c", title: "Plans" });
  const { conversations } = (await api.get<{ conversations: ConversationMeta[] }>("/conversations")).body;
  expect(conversations).toMatchObject([{ id: "c", title: "Plans", workspaceId: "w", status: "idle" }]);
});

test.each([
  ["PUT", "cwd", { cwd: "" }],
  ["PUT", "cwd", { cwd: "/tmp", workspaceId: "Not A Slug" }],
  ["PUT", "cwd", {}],
  ["PUT", "model", {}],
  ["PUT", "model", { model: 1 }],
  ["PUT", "reasoning-effort", { reasoningEffort: "very" }],
  ["PUT", "title", { title: "  " }],
  ["POST", "queue", { text: "  " }],
  ["POST", "queue", {}],
] as const)("%s %s refuses %j with what is wrong", async (method, path, body) => {
  await using api = await startApi([]);
  expect(await api.send(method, `/conversations/c/${path}`, body)).toMatchObject({
    status: 400,
    body: { kind: "invalid", error: expect.any(String) },
  });
});

test("the effort of a conversation is what the provider is asked for, and one turn may differ", async () => {
  await using api = await startApi([hello, hello]);
  await api.send("PUT", "/conversations/c/reasoning-effort", { reasoningEffort: "low" });
  await api.chat({ conversationId: "c", message: "one" });
  await api.chat({ conversationId: "c", message: "two", reasoningEffort: "medium" });
  expect(api.model.requests.map(({ body }) => (body as { reasoning_effort?: string }).reasoning_effort)).toEqual(["low", "medium"]);
});

test("a queued message starts a turn when idle, waits when not, and can be cancelled once", async () => {
  const gate = new Gate();
  await using api = await startApi([{ steps: [roleChunk() + contentChunk("a"), { until: gate.pass() }, ending("stop")] }, hello]);
  expect((await api.send("POST", "/conversations/c/queue", { message: " Hi " })).body).toEqual({
    conversationId: "c",
    startedTurn: true,
    queue: [],
  });
  await api.model.request(1);
  const queued = await api.send<{ queue: { id: string }[] }>("POST", "/conversations/c/queue", { text: "later" });
  expect(queued.body).toMatchObject({ startedTurn: false, queue: [{ text: "later" }] });
  await api.send("POST", "/conversations/c/queue", { text: "and this" });
  const path = `/conversations/c/queue/${queued.body.queue[0]?.id}`;
  expect((await api.get("/conversations/c/queue")).body).toMatchObject({
    conversationId: "c",
    queue: [{ text: "later" }, { text: "and this" }],
  });
  expect((await api.send("DELETE", path)).body).toMatchObject({ cancelled: true, queue: [{ text: "and this" }] });
  expect((await api.send("DELETE", path)).body).toMatchObject({ cancelled: false });
  gate.open();
  await api.get("/conversations/c/last");
  await api.get("/conversations/c/last");
  const { chunks } = (await api.get<History>("/conversations/c")).body;
  expect(chunks.map(({ chunk }) => "text" in chunk && chunk.text)).toEqual(["Hi", "a", "and this", "Hello."]);
});

test("stop ends the turn as aborted and the provider's request with it", async () => {
  await using api = await startApi([{ steps: [roleChunk() + contentChunk("half"), "stall"] }]);
  const { events } = await api.begin({ conversationId: "c", message: "Hi" });
  const request = await api.model.request(1);
  expect((await api.send("POST", "/conversations/c/stop")).body).toEqual({ conversationId: "c", abortedTurn: true });
  expect((await events).slice(-2)).toMatchObject([{ type: "done", reason: "aborted" }, { type: "turn-sealed" }]);
  await request.over;
  expect(request.aborted).toBe(true);
  expect((await api.get("/conversations/c/status")).body).toMatchObject({ isActive: false, status: "idle" });
  expect((await api.send("POST", "/conversations/c/stop")).body).toEqual({ conversationId: "c", abortedTurn: false });
});

test("close ends and closes, also what was never there; open only asks clients", async () => {
  await using api = await startApi([{ steps: [roleChunk(), "stall"] }]);
  await api.begin({ conversationId: "c", message: "Hi" });
  expect((await api.send("POST", "/conversations/c/close")).body).toEqual({ conversationId: "c", abortedTurn: true });
  expect((await api.get("/conversations/c/status")).body).toMatchObject({ status: "closed" });
  expect((await api.send("POST", "/conversations/new/close")).body).toEqual({ conversationId: "new", abortedTurn: false });
  expect((await api.send("POST", "/conversations/other/open")).body).toEqual({ conversationId: "other" });
  expect((await api.get("/conversations/other/status")).status).toBe(404);
});

test("a chat while a turn runs is one error line, and the turn goes on", async () => {
  const gate = new Gate();
  await using api = await startApi([{ steps: [roleChunk() + contentChunk("a"), { until: gate.pass() }, ending("stop")] }]);
  const { events } = await api.begin({ conversationId: "c", message: "Hi" });
  const refused = await api.chat({ conversationId: "c", message: "Me too" });
  expect(refused).toMatchObject([{ type: "error", conversationId: "c", kind: "conflict" }]);
  gate.open();
  expect(types(await events).at(-1)).toBe("turn-sealed");
});

test("turns of different conversations run at once: one that waits holds up no other", async () => {
  const gate = new Gate();
  await using api = await startApi([
    { steps: [roleChunk() + contentChunk("a"), { until: gate.pass() }, contentChunk("b") + ending("stop")] },
    textAnswer(["whole"]),
  ]);
  const { events } = await api.begin({ conversationId: "slow", message: "Hi" });
  await api.model.request(1);
  expect(types(await api.chat({ conversationId: "quick", message: "Hi" })).at(-1)).toBe("turn-sealed");
  expect((await api.get("/conversations/slow/status")).body).toMatchObject({ isActive: true });
  gate.open();
  expect(types(await events).at(-1)).toBe("turn-sealed");
});

test("a client that leaves does not end its turn", async () => {
  const gate = new Gate();
  await using api = await startApi([
    { steps: [roleChunk() + contentChunk("a"), { until: gate.pass() }, contentChunk("b") + ending("stop")] },
  ]);
  const leaving = new AbortController();
  const response = await fetch(`${api.url}/chat`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"conversationId":"c","message":"Hi"}',
    signal: leaving.signal,
  });
  await response.body?.getReader().read();
  leaving.abort();
  gate.open();
  expect((await api.get("/conversations/c/last")).body).toMatchObject({ content: "ab" });
});

test("a provider that fails for good ends the turn with an error, a seal and its reason in the log", async () => {
  await using api = await startApi([
    { status: 401, headers: { "content-type": "application/json" }, steps: ['{"error":{"message":"bad key"}}'] },
  ]);
  const seen = await api.chat({ conversationId: "c", message: "Hi" });
  expect(types(seen)).toEqual(["user-message", "turn-start", "error", "step-complete", "done", "turn-sealed"]);
  expect(seen[2]).toMatchObject({ kind: "denied" });
  expect(seen[4]).toMatchObject({ reason: "error" });
  const { chunks } = (await api.get<History>("/conversations/c")).body;
  expect(chunks.map(({ chunk }) => chunk.type)).toEqual(["text", "error"]);
  expect(JSON.stringify(seen)).not.toContain("a-key-of-the-tests");
});

test("a provider that is busy is asked again after the wait it asked for", async () => {
  await using api = await startApi([{ status: 429, headers: { "retry-after": "0" }, steps: ["{}"] }, hello]);
  const seen = await api.chat({ conversationId: "c", message: "Hi" });
  expect(seen.find(({ type }) => type === "provider-retry")).toMatchObject({ attempt: 0 });
  expect(seen.find(({ type }) => type === "done")).toMatchObject({ reason: "stop" });
});

test("the key goes to the provider, and to nobody else", async () => {
  await using api = await startApi([hello]);
  await api.chat({ conversationId: "c", message: "Hi" });
  expect(api.model.requests[0]?.headers.authorization).toBe("Bearer a-key-of-the-tests");
});
