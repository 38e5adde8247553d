import { boot, type Clock, defineExtension, type Extension, type Host } from "@dispatch/kernel";
import opRegistry from "@dispatch/op-registry";
import { ConversationOpened, Conversations, StatusChanged } from "@dispatch/session-orchestrator/contract";
import surfaceRegistry from "@dispatch/surface-registry";
import { type Surface, Surfaces } from "@dispatch/surface-registry/contract";
import { bootOptions, extensionLaws, FakeClock, RecordingLog, testExtension, until } from "@dispatch/testkit";
import transportHttp from "@dispatch/transport-http";
import { HttpAddress } from "@dispatch/transport-http/contract";
import { handshake, rawSocket, systemClock } from "@dispatch/transport-http/fixture";
import { expect, test } from "vitest";
import { connectClient } from "./client.fixture.ts";
import { SocketAddress } from "./contract.ts";
import transportWs from "./index.ts";
import { delta, Talk } from "./talk.fixture.ts";

const orchestrator = (talk: Talk, hosts: Host[] = []): Extension =>
  testExtension("session-orchestrator", {
    tier: "core",
    activate(host) {
      hosts.push(host);
      host.provide(Conversations, talk.conversations);
    },
  });

/** The HTTP door on any free port, for laws that configure their subject alone. */
function doorOnAnyPort(): Extension {
  const { config: _, ...door } = transportHttp;
  const config = { host: "127.0.0.1", port: 0, allowedHosts: [], allowedOrigins: [], trustedProxies: [] };
  return { ...door, activate: (host) => transportHttp.activate({ ...host, config }) };
}

for (const [law, hold] of Object.entries(extensionLaws)) {
  test(law, () =>
    hold(async () => ({
      extension: transportWs,
      config: { port: 0 },
      others: [opRegistry, orchestrator(new Talk()), surfaceRegistry, doorOnAnyPort()],
    })),
  );
}

interface Setup {
  readonly config?: object;
  readonly surfaces?: readonly Surface[];
  readonly clock?: Clock;
}

async function start({ config = {}, surfaces = [], clock = systemClock }: Setup = {}) {
  const talk = new Talk();
  const log = new RecordingLog();
  const hosts: Host[] = [];
  const owner = defineExtension({
    ...testExtension("owner"),
    dependsOn: ["surface-registry"],
    activate(host) {
      hosts.push(host);
      for (const surface of surfaces) host.contribute(Surfaces, surface);
    },
  });
  const kernel = await boot(
    bootOptions([opRegistry, orchestrator(talk, hosts), surfaceRegistry, owner, transportHttp, transportWs], {
      config: { "transport-http": { port: 0, ...config }, "transport-ws": { port: 0 } },
      log,
      clock,
    }),
  );
  const [orchestratorHost = expect.fail("not activated"), ownerHost = expect.fail("not activated")] = hosts;
  const { url } = kernel.use(SocketAddress);
  return {
    talk,
    log,
    url,
    port: Number(new URL(url).port),
    pathUrl: `${kernel.use(HttpAddress).url.replace("http", "ws")}/ws`,
    orchestratorHost,
    ownerHost,
    [Symbol.asyncDispose]: () => kernel[Symbol.asyncDispose](),
  };
}

const surface = (id: string): Surface => ({
  id,
  region: "side",
  title: id,
  scope: "conversation",
  read: () => [],
  async *changes() {},
  actions: {},
});

test("both ports give the catalog first, and take the same frames", async () => {
  await using server = await start({ surfaces: [surface("todo")] });
  for (const url of [server.url, `${server.url}/any/path`, server.pathUrl]) {
    using client = await connectClient(url);
    client.send({ type: "subscribe", surfaceId: "todo", conversationId: "c1" });
    await client.next("surface");
    expect(client.frames).toEqual([
      { type: "catalog", catalog: [{ id: "todo", region: "side", title: "todo", scope: "conversation" }] },
      { type: "surface", spec: { id: "todo", region: "side", title: "todo", fields: [] }, conversationId: "c1" },
    ]);
  }
});

test("a surface that comes or goes is a new catalog for everybody", async () => {
  await using server = await start();
  using client = await connectClient(server.url);
  const late = server.ownerHost.contribute(Surfaces, surface("late"));
  await client.next("catalog", 2);
  late[Symbol.dispose]();
  await client.next("catalog", 3);
  expect(client.of("catalog").map(({ catalog }) => catalog.map(({ id }) => id))).toEqual([[], ["late"], []]);
});

test("who looked at a surface that went is told nothing of the one that comes in its place, until it asks", async () => {
  const restless = (): Surface => ({
    ...surface("late"),
    async *changes() {
      yield "c1";
    },
  });
  await using server = await start();
  using client = await connectClient(server.url);
  const first = server.ownerHost.contribute(Surfaces, surface("late"));
  client.send({ type: "subscribe", surfaceId: "late", conversationId: "c1" });
  await client.next("surface");
  first[Symbol.dispose]();
  server.ownerHost.contribute(Surfaces, restless());
  await client.next("catalog", 4);
  client.send({ type: "subscribe", surfaceId: "late", conversationId: "c1" });
  await client.next("surface", 2);
  expect(client.of("update")).toEqual([]);
});

test("what is told of a conversation is told to every client, subscribed or not", async () => {
  await using server = await start();
  using own = await connectClient(server.url);
  using path = await connectClient(server.pathUrl);
  server.orchestratorHost.fire(ConversationOpened, { conversationId: "c1", workspaceId: "w1" });
  server.orchestratorHost.fire(StatusChanged, { conversationId: "c1", status: "queued" as const, workspaceId: "w1" });
  for (const client of [own, path]) {
    expect(await client.next("conversation.open")).toEqual({ type: "conversation.open", conversationId: "c1", workspaceId: "w1" });
    expect(await client.next("conversation.statusChanged")).toEqual({
      type: "conversation.statusChanged",
      conversationId: "c1",
      status: "queued",
      workspaceId: "w1",
    });
  }
});

test("a token, a name and a page are asked for here as everywhere", async () => {
  await using server = await start({ config: { token: "s3cret" } });
  for (const url of [server.url, server.pathUrl]) {
    await expect(connectClient(url)).rejects.toThrow();
    await expect(connectClient(`${url}?token=wrong`)).rejects.toThrow();
    await expect(connectClient(`${url}?token=s3cret`, { origin: "https://evil.example" })).rejects.toThrow();
    (await connectClient(`${url}?token=s3cret`))[Symbol.dispose]();
    (await connectClient(url, { authorization: "Bearer s3cret" }))[Symbol.dispose]();
  }
  expect((await fetch(server.url.replace("ws", "http"), { headers: { authorization: "Bearer s3cret" } })).status).toBe(426);
});

test("1,000 clients of one conversation all see the same, whole and in order", async () => {
  await using server = await start();
  const clients = await Promise.all(Array.from({ length: 1_000 }, (_, n) => connectClient(n % 2 === 0 ? server.url : server.pathUrl)));
  for (const client of clients) client.send({ type: "chat.subscribe", conversationId: "c1" });
  await until(() => server.talk.watchers("c1") === 1_000);
  const texts = Array.from({ length: 40 }, (_, n) => `part ${n} – ✓`);
  for (const text of texts) {
    server.talk.tell("c1", delta(text));
    await new Promise((resolve) => setImmediate(resolve));
  }
  const seen = await Promise.all(
    clients.map(async (client) => {
      await client.next("chat.delta", texts.length);
      return client.events().map((event) => "delta" in event && event.delta);
    }),
  );
  expect(seen.every((one) => JSON.stringify(one) === JSON.stringify(texts))).toBe(true);
  for (const client of clients) client[Symbol.dispose]();
  await until(() => server.talk.watchers("c1") === 0);
});

test("a client that never reads costs a bounded amount, is closed as too slow, and the others see everything meanwhile", async () => {
  const clock = new FakeClock();
  await using server = await start({ clock });
  using reader = await connectClient(server.url);
  using stuck = rawSocket(server.port, `${handshake("/")}`);
  await stuck.until("\r\n\r\n");
  const subscribe = JSON.stringify({ type: "chat.subscribe", conversationId: "c1" });
  await stuck.write(clientFrame(subscribe));
  reader.send({ type: "chat.subscribe", conversationId: "c1" });
  await until(() => server.talk.watchers("c1") === 2);
  stuck.pause();
  const events = Array.from({ length: 50 }, () => delta("x".repeat(20_000)));
  for (let n = 0; n < 40; n++) {
    server.talk.tell("c1", ...events);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await reader.next("chat.delta", 2_000);
  expect(server.talk.watchers("c1")).toBe(2);
  await clock.advance(30_000);
  await clock.advance(30_000);
  expect(server.talk.watchers("c1")).toBe(1);
  stuck.resume();
  const received = await stuck.closed;
  expect(received).toContain("Too slow.");
  expect(received.split('"type":"text-delta"').length - 1).toBeLessThan(2_000);
  server.talk.tell("c1", delta("after"));
  await reader.until((client) => client.events().length === 2_001);
});

/** A text frame as a client sends it, with the mask of zeros. */
function clientFrame(text: string): Uint8Array {
  const payload = new TextEncoder().encode(text);
  return Uint8Array.from([0x81, 0x80 | payload.length, 0, 0, 0, 0, ...payload]);
}

test("a client that is cut in the middle of a frame is forgotten, and its turn goes on", async () => {
  await using server = await start();
  {
    using cut = rawSocket(server.port, handshake("/"));
    await cut.until("\r\n\r\n");
    await cut.write(clientFrame(JSON.stringify({ type: "chat.subscribe", conversationId: "c1" })));
    await until(() => server.talk.watchers("c1") === 1);
    await cut.write(clientFrame(JSON.stringify({ type: "chat.send", conversationId: "c1", message: "never whole" })).subarray(0, 20));
  }
  await until(() => server.talk.watchers("c1") === 0);
  expect(server.talk.submissions).toEqual([]);
  using next = await connectClient(server.url);
  next.send({ type: "chat.send", conversationId: "c1", message: "whole" });
  await until(() => server.talk.submissions.length === 1);
});

test("silent clients are pinged every 30 seconds; who answers stays, who does not is closed", async () => {
  const clock = new FakeClock();
  await using server = await start({ clock });
  using client = await connectClient(server.url);
  using mute = rawSocket(server.port, handshake("/"));
  await mute.until("catalog");
  await clock.advance(30_000);
  // The platform's client answers by itself; when its own frame is answered, its pong has been read too.
  client.send({ type: "subscribe", surfaceId: "nothing" });
  await client.next("error");
  await clock.advance(30_000);
  expect(await mute.closed).toContain("No answer to a ping.");
  client.send({ type: "subscribe", surfaceId: "nothing" });
  await client.next("error", 2);
});

test("at the end clients are told that the server is stopping, and the port is free", async () => {
  const server = await start();
  const clients = [await connectClient(server.url), await connectClient(server.pathUrl)];
  clients[0]?.send({ type: "chat.subscribe", conversationId: "c1" });
  await until(() => server.talk.watchers("c1") === 1);
  await server[Symbol.asyncDispose]();
  for (const client of clients) expect(await client.closed).toMatchObject({ code: 1001, reason: expect.stringContaining("stopping") });
  expect(server.talk.watchers("c1")).toBe(0);
  await expect(connectClient(server.url)).rejects.toThrow();
});

test("a port that is taken stops the boot with a sentence that names its setting", async () => {
  await using first = await start();
  const second = boot(
    bootOptions([opRegistry, orchestrator(new Talk()), surfaceRegistry, transportHttp, transportWs], {
      config: { "transport-http": { port: 0 }, "transport-ws": { port: first.port } },
      clock: systemClock,
    }),
  );
  await expect(second).rejects.toMatchObject({
    kind: "conflict",
    message: expect.stringContaining(`Port ${first.port} of 127.0.0.1 is taken`),
  });
  await expect(second).rejects.toThrow("SURFACE_WS_PORT");
});
