import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ModelServerRequest, textAnswer, toolCallAnswer } from "@dispatch/testkit";
import { connectClient } from "@dispatch/transport-ws/fixture";
import { expect, test } from "vitest";
import { startApi } from "./api.fixture.ts";

const hello = textAnswer(["Hello."], { promptTokens: 50, completionTokens: 2 });
const warm = textAnswer([], { promptTokens: 200, completionTokens: 1, cachedTokens: 150 });
const readNote = toolCallAnswer([{ id: "1", name: "read_file", arguments: '{"path":"note.txt"}' }]);

interface ChatBody {
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly max_tokens?: number;
  readonly [field: string]: unknown;
}
const bodyOf = (request: ModelServerRequest | undefined) => request?.body as ChatBody;

/** Of everything that the provider got before the `count`-th message, and of what it got beside the messages. */
function hashOf(request: ModelServerRequest | undefined, count: number): string {
  const { messages, max_tokens: _, ...beside } = bodyOf(request);
  return createHash("sha256")
    .update(JSON.stringify([beside, messages.slice(0, count)]))
    .digest("hex");
}

test("the provider gets, before the throw-away message, byte for byte what the next turn sends before its prompt; also after a restart", async () => {
  await using api = await startApi([readNote, hello, warm, hello, warm, hello]);
  await writeFile(join(api.folder, "note.txt"), "remember the milk");
  await writeFile(join(api.folder, "AGENTS.md"), "Be kind.");
  const say = (message: string) => api.chat({ message, conversationId: "c" });
  await say("Read the note");
  const history = await api.get("/conversations/c");
  expect(await api.send("POST", "/chat/warm", { conversationId: "c" })).toEqual({
    status: 200,
    body: { inputTokens: 200, outputTokens: 1, cacheReadTokens: 150, cacheWriteTokens: 0, cachePct: 75, expectedCacheRate: 100 },
  });
  expect(await api.get("/conversations/c")).toEqual(history);
  expect((await api.get<{ readonly turns: readonly unknown[] }>("/conversations/c/metrics")).body.turns.length).toBe(1);
  await say("And then?");
  const [, , firstWarm, secondTurn] = api.model.requests;
  const shared = bodyOf(firstWarm).messages.length - 1;
  expect([shared, bodyOf(secondTurn).messages.length, bodyOf(firstWarm).max_tokens]).toEqual([5, 6, 1]);
  expect(bodyOf(firstWarm).tools).toEqual(expect.arrayContaining([expect.anything()]));
  expect(hashOf(firstWarm, shared)).toBe(hashOf(secondTurn, shared));

  await api.restart();
  expect((await api.send("POST", "/chat/warm", { conversationId: "c" })).status).toBe(200);
  await api.restart();
  await say("Go on");
  const [, , , , secondWarm, thirdTurn] = api.model.requests;
  expect(bodyOf(secondWarm).messages.length).toBe(8);
  expect(hashOf(secondWarm, 7)).toBe(hashOf(thirdTurn, 7));
  expect(hashOf(secondWarm, shared)).toBe(hashOf(firstWarm, shared));
  expect(hashOf(secondWarm, 8)).not.toBe(hashOf(thirdTurn, 8));
});

test("over HTTP every refusal is a 409 and a bad body a 400", async () => {
  await using api = await startApi([hello, { status: 500, steps: ["{}"] }, { status: 429, steps: ["{}"] }, { status: 401, steps: ["{}"] }]);
  const refused = {
    status: 409,
    body: expect.objectContaining({ error: expect.any(String), kind: "conflict", code: "cache-warming/refused" }),
  };
  const ask = (body: object) => api.send("POST", "/chat/warm", body);
  expect(await ask({ conversationId: "nobody" })).toEqual(refused);
  expect((await api.get("/conversations/nobody/status")).status).toBe(404);
  await api.chat({ message: "Hi", conversationId: "c" });
  expect(await ask({ conversationId: "c", model: "nobody/x" })).toEqual(refused);
  expect(await ask({ conversationId: "c", cwd: "/not/there" })).toEqual(refused);
  for (let n = 0; n < 3; n++) expect(await ask({ conversationId: "c" })).toEqual(refused);
  for (const bad of [{}, { conversationId: "" }, { conversationId: 7 }, { conversationId: "../c" }, { conversationId: "c", model: 1 }])
    expect((await ask(bad)).status, JSON.stringify(bad)).toBe(400);
  const unreadable = await fetch(`${api.url}/chat/warm`, { method: "POST", body: "{" });
  expect(unreadable.status).toBe(400);
});

test("over the socket: switched on it warms by itself, shows it, and stops when the conversation is closed", async () => {
  await using api = await startApi([hello, warm]);
  await api.chat({ message: "Hi", conversationId: "c" });
  using client = await connectClient(api.socketUrl);
  const fields = () => {
    const frame = client.frames.findLast(({ type }) => type === "surface" || type === "update");
    if (frame?.type === "update") return frame.update.spec.fields;
    return frame?.type === "surface" ? frame.spec.fields : [];
  };
  const shown = (label: string) =>
    fields().flatMap((field) => ("label" in field && field.label === label && "value" in field ? [field.value] : []))[0];
  const nextWarmAt = () =>
    fields().flatMap((field) =>
      field.kind === "custom" && field.rendererId === "cache-warming-timer" ? [Reflect.get(Object(field.payload), "nextWarmAt")] : [],
    )[0];
  const of = { surfaceId: "cache-warming", conversationId: "c" };
  client.send({ type: "subscribe", ...of }, { type: "invoke", ...of, actionId: "cache-warming/set-interval", payload: 1 });
  await client.until(() => shown("Refresh Interval") === 1);
  client.send({ type: "invoke", ...of, actionId: "cache-warming/toggle" });
  await client.until(() => shown("Enabled") === true && typeof nextWarmAt() === "number");
  await client.until(() => shown("Last Cache %") === "75%");
  expect(shown("Cache retention")).toBe("100%");
  await api.send("POST", "/conversations/c/close");
  await client.until(() => shown("Enabled") === false && nextWarmAt() === null);
});
