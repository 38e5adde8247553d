import { Gate, part, ScriptedModel } from "@dispatch/testkit";
import { conversationIdHeader } from "@dispatch/transport-contract";
import type { AgentEvent } from "@dispatch/wire";
import { expect, test } from "vitest";
import { parseAnswer, rawRequest, rawSocket } from "./raw-socket.fixture.ts";
import { sayHello, startRealServer } from "./real-stack.fixture.ts";

const send = (url: string, body: object) => fetch(`${url}/chat`, { method: "POST", body: JSON.stringify(body) });
const eventsOf = async (answer: Response): Promise<AgentEvent[]> =>
  (await answer.text())
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
const get = async (url: string) => (await fetch(url)).json();

test("a chat's events come in canonical order, and all that they promise is readable afterwards", async () => {
  await using server = await startRealServer(sayHello);
  const answer = await send(server.url, { message: "hi" });
  const conversationId = answer.headers.get(conversationIdHeader);
  const events = await eventsOf(answer);
  const types = events.map(({ type }) => type).filter((type) => type !== "text-delta" && type !== "usage");
  expect(types).toEqual(["user-message", "turn-start", "step-complete", "done", "turn-sealed"]);
  expect(new Set(events.map((event) => event.conversationId))).toEqual(new Set([conversationId]));
  expect(await get(`${server.url}/conversations/${conversationId}`)).toMatchObject({
    chunks: [
      { seq: 1, role: "user", chunk: { type: "text", text: "hi" } },
      { seq: 2, role: "assistant", chunk: { type: "text", text: "hello" } },
    ],
    latestSeq: 2,
  });
  expect(await get(`${server.url}/conversations/${conversationId}/last`)).toMatchObject({ conversationId, content: "hello" });
  expect(((await get(`${server.url}/conversations/${conversationId}/metrics`)) as { turns: unknown[] }).turns).toHaveLength(1);
  expect(await get(`${server.url}/conversations`)).toMatchObject({ conversations: [{ id: conversationId, title: "hi", status: "idle" }] });
});

test("a second chat while a turn runs is refused in one line, and the turn is untouched", async () => {
  const gate = new Gate();
  await using server = await startRealServer(() => new ScriptedModel([[part.text("a"), gate, part.text("b"), part.finish("stop")]]));
  using first = rawSocket(server.port, rawRequest("POST", "/chat", [], '{"message":"one","conversationId":"c1"}'));
  await first.until('"delta":"a"');
  const refused = await eventsOf(await send(server.url, { message: "two", conversationId: "c1" }));
  expect(refused).toMatchObject([{ type: "error", conversationId: "c1", code: "session-orchestrator/turn-running", kind: "conflict" }]);
  gate.open();
  expect(await first.closed).toContain('"delta":"b"');
  expect(await first.closed).toContain("turn-sealed");
});

test("the turn goes on when its client has left", async () => {
  const gate = new Gate();
  await using server = await startRealServer(() => new ScriptedModel([[part.text("a"), gate, part.text("b"), part.finish("stop")]]));
  {
    using client = rawSocket(server.port, rawRequest("POST", "/chat", [], '{"message":"one","conversationId":"c1"}'));
    await client.until('"delta":"a"');
  }
  const last = get(`${server.url}/conversations/c1/last`);
  gate.open();
  expect(await last).toMatchObject({ content: "ab" });
});

test("GET …/last blocks while a turn runs, and its wait can be bounded", async () => {
  const gate = new Gate();
  await using server = await startRealServer(() => new ScriptedModel([[part.text("a"), gate, part.finish("stop")]]));
  using client = rawSocket(server.port, rawRequest("POST", "/chat", [], '{"message":"one","conversationId":"c1"}'));
  await client.until('"delta":"a"');
  expect(await get(`${server.url}/conversations/c1/last?timeoutMs=1`)).toEqual({ conversationId: "c1", content: "", settled: false });
  using blocked = rawSocket(server.port, rawRequest("GET", "/conversations/c1/last"));
  await get(`${server.url}/conversations/c1/last?timeoutMs=20`); // by now the first one has been seen
  gate.open();
  expect(JSON.parse(parseAnswer(await blocked.closed).body)).toEqual({ conversationId: "c1", content: "a", turnId: expect.any(String) });
});

test("stop ends the stream with reason aborted, then sealed", async () => {
  const gate = new Gate();
  await using server = await startRealServer(() => new ScriptedModel([[part.text("a"), gate, part.finish("stop")]]));
  using client = rawSocket(server.port, rawRequest("POST", "/chat", [], '{"message":"one","conversationId":"c1"}'));
  await client.until('"delta":"a"');
  const stopped = await fetch(`${server.url}/conversations/c1/stop`, { method: "POST" });
  expect(await stopped.json()).toEqual({ conversationId: "c1", abortedTurn: true });
  const text = await client.closed;
  expect(text).toContain('"reason":"aborted"');
  expect(text.trimEnd().split("\n").at(-1)).not.toContain('"type":"text-delta"');
});

test("an unknown model is told by the turn's own events, and the stream goes on to its seal", async () => {
  await using server = await startRealServer(sayHello);
  const events = await eventsOf(await send(server.url, { message: "hi", model: "nobody/knows" }));
  expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(["user-message", "error", "done", "turn-sealed"]));
  expect(events.at(-1)?.type).toBe("turn-sealed");
});

test("an unknown conversation reads as empty, but has no status", async () => {
  await using server = await startRealServer();
  expect(await get(`${server.url}/conversations/nobody`)).toEqual({ chunks: [], latestSeq: 0 });
  const status = await fetch(`${server.url}/conversations/nobody/status`);
  expect([status.status, await status.json()]).toMatchObject([404, { kind: "missing" }]);
});

test("windows that make no sense are 400", async () => {
  await using server = await startRealServer();
  for (const query of ["sinceSeq=-1", "limit=0", "beforeSeq=x", "beforeSeq=0", "sinceSeq=1.5"]) {
    expect((await fetch(`${server.url}/conversations/c1?${query}`)).status, query).toBe(400);
  }
  expect((await fetch(`${server.url}/conversations/c1?sinceSeq=&beforeSeq=&limit=`)).status).toBe(200);
});
