import { type Answer, type ModelServerRequest, textAnswer } from "@dispatch/testkit";
import { connectClient } from "@dispatch/transport-ws/fixture";
import type { ConversationMeta, QueuePayload, StoredChunk } from "@dispatch/wire";
import { expect, test } from "vitest";
import { type Api, startApi } from "./api.fixture.ts";

interface ChatBody {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}
const bodyOf = ({ body }: ModelServerRequest) => body as ChatBody;
const isSummary = (request: ModelServerRequest) => bodyOf(request).messages[0]?.content.startsWith("You keep the memory") === true;
const summary = "## Goal\nTalk.";
const script = (request: ModelServerRequest) => textAnswer([isSummary(request) ? summary : "Fine."]);

interface Compacted {
  readonly newConversationId: string;
  readonly messagesSummarized: number;
  readonly messagesKept: number;
}
const compact = (api: Api, body?: unknown, id = "c") => api.send<Compacted>("POST", `/conversations/${id}/compact`, body);
async function talk(api: Api, turns: number): Promise<void> {
  for (let turn = 1; turn <= turns; turn++) await api.chat({ conversationId: "c", message: `Question ${turn}.` });
}
const history = async (api: Api, id: string) => (await api.get<{ chunks: readonly StoredChunk[] }>(`/conversations/${id}`)).body.chunks;

test("ten messages are too few to compact; of more an archive is left, listed as closed, and history shows everything and the summary", async () => {
  await using api = await startApi(script);
  expect(await compact(api)).toMatchObject({ status: 409, body: { kind: "conflict", code: "compaction/too-short" } });
  await talk(api, 5);
  expect(await compact(api)).toMatchObject({ status: 409, body: { kind: "conflict", code: "compaction/too-short" } });
  await talk(api, 1);
  const before = await history(api, "c");
  const { status, body } = await compact(api);
  expect({ status, body }).toEqual({
    status: 200,
    body: { conversationId: "c", newConversationId: expect.any(String), messagesSummarized: 2, messagesKept: 10 },
  });
  const after = await history(api, "c");
  expect(after.map(({ seq }) => seq)).toEqual(after.map((_, index) => index + 1));
  expect(after.slice(0, before.length)).toEqual(before);
  expect(after.slice(before.length)).toEqual([expect.objectContaining({ role: "system", chunk: { type: "text", text: summary } })]);
  expect(await history(api, body.newConversationId)).toEqual(before);
  const { conversations } = (await api.get<{ conversations: readonly ConversationMeta[] }>("/conversations?status=closed")).body;
  expect(conversations).toEqual([
    expect.objectContaining({ id: body.newConversationId, title: "Archive: Question 1.", status: "closed", workspaceId: "default" }),
  ]);
  const own = await api.get<{ conversations: readonly ConversationMeta[] }>("/conversations?q=c&status=idle");
  expect(own.body.conversations).toEqual([expect.objectContaining({ id: "c", compactedFrom: body.newConversationId })]);
});

test("a chat right after a compaction sends the system prompt, the summary, the tail and the prompt", async () => {
  await using api = await startApi(script);
  await talk(api, 6);
  expect((await compact(api, { keepLastN: 2.9 })).body).toMatchObject({ messagesKept: 2, messagesSummarized: 10 });
  await api.chat({ conversationId: "c", message: "And now?" });
  const [first] = api.model.requests;
  const sent = bodyOf(api.model.requests.at(-1) as ModelServerRequest).messages;
  expect(sent.map(({ role }) => role)).toEqual(["system", "user", "user", "assistant", "user"]);
  expect(sent.map(({ content }) => content)).toEqual([
    bodyOf(first as ModelServerRequest).messages[0]?.content,
    expect.stringMatching(/^The conversation until here was long\.[\s\S]+<summary>\n## Goal\nTalk\.\n<\/summary>$/),
    "Question 6.",
    "Fine.",
    "And now?",
  ]);
});

test("a body that cannot be read counts as none, and an unknown model is a refusal", async () => {
  await using api = await startApi(script);
  await talk(api, 6);
  expect(await compact(api, { modelName: "nobody/model" })).toMatchObject({ status: 409, body: { code: "compaction/no-model" } });
  const answer = await fetch(`${api.url}/conversations/c/compact`, { method: "POST", body: '{"keepLastN":' });
  expect([answer.status, await answer.json()]).toMatchObject([200, { messagesKept: 10 }]);
  expect(await compact(api, { keepLastN: "few" })).toMatchObject({ status: 409, body: { code: "compaction/frees-too-little" } });
});

test("every client is told of a compaction, and neither tasks nor queue are touched", async () => {
  await using api = await startApi(script);
  await talk(api, 6);
  using client = await connectClient(api.socketUrl);
  client.send({ type: "subscribe", surfaceId: "message-queue", conversationId: "c" });
  const { body } = await compact(api);
  const told = await client.next("conversation.compacted");
  expect(told).toEqual({ type: "conversation.compacted", ...body });
  const [queue] = (await client.next("surface")).spec.fields;
  expect(queue?.kind === "custom" ? (queue.payload as QueuePayload).messages : undefined).toEqual([]);
  expect(client.of("error")).toEqual([]);
});

test("the percent is read and set by both names; what is none is refused", async () => {
  await using api = await startApi(script);
  const path = "/conversations/c/compact-percent";
  const both = (percent: number) => ({ status: 200, body: { conversationId: "c", threshold: percent, percent } });
  expect(await api.get(path)).toEqual(both(85));
  expect(await api.send("PUT", path, { threshold: 70.9 })).toEqual(both(70));
  expect(await api.send("PUT", path, { percent: 0 })).toEqual(both(0));
  expect(await api.get(path)).toEqual(both(0));
  for (const body of [{}, { threshold: -1 }, { threshold: "80" }, { percent: null }])
    expect(await api.send("PUT", path, body)).toMatchObject({ status: 400, body: { kind: "invalid" } });
  expect(await api.send("PUT", path, { threshold: 200 })).toEqual(both(200));
});

test("a conversation that fills its model's window is compacted by itself, and every client is told", async () => {
  const models: Answer = {
    headers: { "content-type": "application/json" },
    steps: [JSON.stringify({ object: "list", data: [{ id: "scripted", context_length: 40_000 }] })],
  };
  const counted = (request: ModelServerRequest) => {
    const promptTokens = Math.ceil(JSON.stringify(request.body).length / 4);
    return textAnswer([isSummary(request) ? summary : "Fine."], { promptTokens, completionTokens: 2 });
  };
  await using api = await startApi(counted, {}, models);
  using client = await connectClient(api.socketUrl);
  for (let turn = 0; turn < 8; turn++) await api.chat({ conversationId: "c", message: `${turn} ${"word ".repeat(4_000)}` });
  const told = await client.next("conversation.compacted");
  expect(told).toMatchObject({ conversationId: "c" });
  expect((await api.get<{ compactedFrom?: string }>(`/conversations/${told.newConversationId}/status`)).body).toMatchObject({
    status: "closed",
  });
  expect(api.model.requests.filter(isSummary).length).toBeGreaterThan(0);
});
