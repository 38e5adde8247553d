import { contentChunk, ending, Gate, roleChunk, textAnswer } from "@dispatch/testkit";
import { type Client, connectClient } from "@dispatch/transport-ws/fixture";
import { expect, test } from "vitest";
import { startApi, types } from "./api.fixture.ts";

const hello = textAnswer(["Hello."]);
const held = (gate: Gate) => ({ steps: [roleChunk() + contentChunk("a"), { until: gate.pass() }, contentChunk("b") + ending("stop")] });
const busy = { status: 429, headers: { "retry-after": "1" }, steps: ['{"error":{"message":"slow down"}}'] };
const statuses = (client: Client, id: string) =>
  client.of("conversation.statusChanged").flatMap(({ conversationId, status }) => (conversationId === id ? [status] : []));
const path = "/concurrency/limits/openai-compat";

test("limits and cooldowns are set, read, and taken away", async () => {
  await using api = await startApi([]);
  expect([await api.get("/concurrency/limits"), await api.get("/concurrency/status")]).toEqual([
    { status: 200, body: { limits: [] } },
    { status: 200, body: { providers: [] } },
  ]);
  expect([await api.get(path), await api.send("DELETE", path)]).toEqual(
    Array.from({ length: 2 }, () =>
      expect.objectContaining({ status: 404, body: expect.objectContaining({ code: "concurrency/no-limit" }) }),
    ),
  );
  for (const limit of [0, -1, 1.5, "2", null, undefined, 10_001])
    expect((await api.send("PUT", path, { limit })).status, `${limit}`).toBe(400);
  expect(await api.send("PUT", path, { limit: 2 })).toEqual({ status: 200, body: { providerId: "openai-compat", limit: 2 } });
  expect((await api.get(path)).body).toEqual({ providerId: "openai-compat", limit: 2 });
  const cooldown = "/concurrency/cooldown/openai-compat";
  expect((await api.get(cooldown)).body).toEqual({ providerId: "openai-compat", cooldownMs: 350 });
  expect((await api.send("PUT", cooldown, { cooldownMs: -1 })).status).toBe(400);
  expect((await api.send("PUT", cooldown, { cooldownMs: 0 })).body).toEqual({ providerId: "openai-compat", cooldownMs: 0 });
  expect((await api.get("/concurrency/limits")).body).toEqual({ limits: [{ providerId: "openai-compat", limit: 2 }] });
  expect((await api.get("/concurrency/status")).body).toEqual({
    providers: [{ providerId: "openai-compat", limit: 2, inFlight: 0, queued: 0, paused: false, cooldownMs: 0, autoReduced: false }],
  });
  expect(await api.send("DELETE", path)).toEqual({ status: 200, body: { ok: true, providerId: "openai-compat" } });
  expect([(await api.get(path)).status, (await api.get(cooldown)).body]).toEqual([404, { providerId: "openai-compat", cooldownMs: 0 }]);
});

test("beyond the limit a turn is queued, then active; the provider never sees it before", async () => {
  const gate = new Gate();
  await using api = await startApi([held(gate), hello]);
  await api.send("PUT", path, { limit: 1 });
  await api.send("PUT", "/concurrency/cooldown/openai-compat", { cooldownMs: 0 });
  using client = await connectClient(api.socketUrl);
  const first = await api.begin({ message: "Hi", conversationId: "first" });
  await api.model.request(1);
  const second = api.chat({ message: "Hi", conversationId: "second" });
  await client.until(() => statuses(client, "second").includes("queued"));
  expect([api.model.requests.length, (await api.get("/concurrency/status")).body]).toEqual([
    1,
    { providers: [expect.objectContaining({ limit: 1, inFlight: 1, queued: 1 })] },
  ]);
  gate.open();
  expect([types(await first.events).at(-1), types(await second).at(-1)]).toEqual(["turn-sealed", "turn-sealed"]);
  await client.until(() => statuses(client, "second").includes("idle"));
  expect(statuses(client, "second")).toEqual(["active", "queued", "active", "idle"]);
  expect((await api.get("/concurrency/status")).body).toEqual({ providers: [expect.objectContaining({ inFlight: 0, queued: 0 })] });
});

test("a queued turn that is stopped ends as aborted, leaves the line, and was never asked", async () => {
  const gate = new Gate();
  await using api = await startApi([held(gate), hello]);
  await api.send("PUT", path, { limit: 1 });
  using client = await connectClient(api.socketUrl);
  const first = await api.begin({ message: "Hi", conversationId: "first" });
  await api.model.request(1);
  const second = api.chat({ message: "Hi", conversationId: "second" });
  await client.until(() => statuses(client, "second").includes("queued"));
  expect((await api.send("POST", "/conversations/second/stop")).body).toEqual({ conversationId: "second", abortedTurn: true });
  expect((await second).find(({ type }) => type === "done")).toMatchObject({ reason: "aborted" });
  await client.until(() => statuses(client, "second").includes("idle"));
  expect(statuses(client, "second")).toEqual(["active", "queued", "active", "idle"]);
  gate.open();
  await first.events;
  expect([api.model.requests.length, (await api.chat({ message: "Hi", conversationId: "third" })).at(-1)?.type]).toEqual([
    1,
    "turn-sealed",
  ]);
});

test("a provider that answers 429 is left alone for as long as it wishes, by every conversation, and gets fewer requests at once", async () => {
  await using api = await startApi([busy, hello, hello]);
  await api.send("PUT", path, { limit: 4 });
  const first = api.chat({ message: "Hi", conversationId: "first" });
  const refused = await api.model.request(1);
  await refused.over;
  using client = await connectClient(api.socketUrl);
  client.send({ type: "chat.subscribe", conversationId: "first" });
  await client.untilEvent("provider-retry");
  expect((await api.get("/concurrency/status")).body).toEqual({
    providers: [
      {
        providerId: "openai-compat",
        limit: 2,
        inFlight: 0,
        queued: 0,
        paused: true,
        pausedUntil: expect.any(Number),
        cooldownMs: 350,
        autoReduced: true,
        autoReducedFrom: 4,
        notice: expect.stringContaining("asked too often"),
      },
    ],
  });
  const begun = performance.now();
  expect((await api.chat({ message: "Hi", conversationId: "second" })).at(-1)?.type).toBe("turn-sealed");
  expect((await first).at(-1)?.type).toBe("turn-sealed");
  expect([performance.now() - begun > 500, api.model.requests.length]).toEqual([true, 3]);
  expect((await api.get("/concurrency/status")).body).toMatchObject({
    providers: [{ limit: 2, paused: false, autoReduced: true, inFlight: 0 }],
  });
});
