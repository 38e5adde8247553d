import { contentChunk, doneEvent, finishChunk, roleChunk, textAnswer } from "@dispatch/testkit";
import { bodyBytesMax } from "@dispatch/transport-contract";
import { handshake, rawRequest, rawSocket } from "@dispatch/transport-http/fixture";
import { type Client, connectClient } from "@dispatch/transport-ws/fixture";
import type { StoredChunk } from "@dispatch/wire";
import { expect, test } from "vitest";
import { frameOf, type SocketServer, startSocketServer, textFrame } from "./socket-server.fixture.ts";

const hello = textAnswer(["Hello."]);

/** A whole turn over a fresh socket: the server is well. */
async function expectWell({ socketUrl }: Pick<SocketServer, "socketUrl">, conversationId: string = crypto.randomUUID()): Promise<void> {
  using client = await connectClient(socketUrl);
  client.send({ type: "chat.send", conversationId, message: "Are you well?" });
  await client.untilEvent("turn-sealed");
  expect(client.of("chat.error")).toEqual([]);
}

/** Connections to the model's server that are kept for the next request. */
const keptAlive = 2;

/** Looks again every few milliseconds: what another process has done announces itself to nobody. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test("1,000 sockets at once on a real server process: all are served, and when they go, memory and handles are where they were", async () => {
  await using server = await startSocketServer(() => hello);
  const round = async (n: number) => {
    const clients = await Promise.all(Array.from({ length: 1_000 }, (_, at) => connectClient(server.doors[at % 2]?.url ?? "")));
    for (const client of clients)
      client.send({ type: "chat.subscribe", conversationId: `c${n}` }, { type: "subscribe", surfaceId: "todo", conversationId: `c${n}` });
    await Promise.all(clients.map((client) => client.next("surface")));
    clients[0]?.send({ type: "chat.send", conversationId: `c${n}`, message: "Hi, all of you" });
    await Promise.all(clients.map((client) => client.untilEvent("turn-sealed")));
    expect(server.sockets()).toBeGreaterThan(1_000);
    // Half of them say good-bye, half are cut.
    for (const [at, client] of clients.entries()) at % 4 < 2 ? client.socket.close() : client[Symbol.dispose]();
  };
  const before = server.sockets();
  await round(0);
  await until(() => server.sockets() <= before + keptAlive);
  // The index of the search is opened when it is first needed.
  expect((await fetch(`${server.url}/search?q=you`, { headers: { connection: "close" } })).status).toBe(200);
  await until(() => server.sockets() <= before + keptAlive);
  const settled = { files: server.files(), bytes: server.residentBytes() };
  // More in all than the server takes at once: one that is not forgotten would keep another out.
  for (let n = 1; n <= 4; n++) {
    await round(n);
    await until(() => server.sockets() <= before + keptAlive);
  }
  expect(server.files()).toBeLessThanOrEqual(settled.files);
  expect(server.residentBytes() - settled.bytes).toBeLessThan(32 * 1024 * 1024);
  await expectWell(server);
});

test("a socket that never reads is closed with 1013 while its turn goes on, and by seq it catches up with all of it", async () => {
  // Answers that are longer together than what is kept for a slow client and what lies between it and the server.
  const turns = 4;
  const piece = "All work and no play. ".repeat(5_000);
  const long = { steps: [roleChunk(), ...Array.from({ length: 130 }, () => contentChunk(piece)), finishChunk("stop"), doneEvent] };
  await using server = await startSocketServer((_request, n) => (n < turns ? long : hello));
  using stuck = rawSocket(server.doors[0]?.port ?? 0, handshake("/"));
  await stuck.until("catalog");
  await stuck.write(textFrame(JSON.stringify({ type: "chat.subscribe", conversationId: "c" })));
  await stuck.write(textFrame(JSON.stringify({ type: "chat.subscribe", conversationId: "!" })));
  await stuck.until("chat.error");
  stuck.pause();
  using reader = await connectClient(server.socketUrl);
  for (let turn = 1; turn <= turns; turn++) {
    reader.send({ type: "chat.send", conversationId: "c", message: `Turn ${turn}` });
    await reader.untilEvent("turn-sealed", turn);
  }
  const whole = reader.events("c").reduce((length, event) => length + (event.type === "text-delta" ? event.delta.length : 0), 0);
  expect(whole).toBe(turns * 130 * piece.length);
  stuck.resume();
  const received = await stuck.closed;
  expect(received.slice(-200)).toContain("\x03\xf5Too slow. Connect again, and load what is missing from the log, by seq.");
  expect(received.length).toBeLessThan(whole);

  const chunks: StoredChunk[] = [];
  for (let cursor = 0; ; ) {
    const page = (await (await fetch(`${server.url}/conversations/c?sinceSeq=${cursor}`)).json()) as {
      readonly chunks: readonly StoredChunk[];
      readonly latestSeq: number;
    };
    if (page.chunks.length === 0) break;
    chunks.push(...page.chunks);
    cursor = page.latestSeq;
  }
  expect(chunks.map(({ seq }) => seq)).toEqual(Array.from({ length: turns * 2 }, (_, n) => n + 1));
  expect(chunks.reduce((length, { chunk }) => length + (chunk.type === "text" && chunk.text.length > 100 ? chunk.text.length : 0), 0)).toBe(
    whole,
  );
  await expectWell(server, "c");
});

const nonsense: readonly (string | Uint8Array)[] = [
  "",
  "{",
  "null",
  "[]",
  "7",
  '"text"',
  "{}",
  '{"type":null}',
  '{"type":"constructor"}',
  '{"type":"__proto__"}',
  '{"type":"subscribe","surfaceId":"__proto__"}',
  '{"type":"chat.sned","conversationId":"c"}',
  '{"type":"chat.send","message":{}}',
  '{"type":"chat.send","message":"x","conversationId":"../../etc/passwd"}',
  '{"type":"chat.send","message":"x","images":[{"url":"file:///etc/passwd"}],"conversationId":"c"}',
  '{"type":"chat.queue","conversationId":"c","text":"   "}',
  '{"type":"chat.queue.cancel","conversationId":"c","messageId":""}',
  `{"type":"${"x".repeat(1_000_000)}"}`,
  `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`,
  "[".repeat(1_000_000),
  '{"type":"invoke","surfaceId":"todo","actionId":"toString"}',
  '{"type":"invoke","surfaceId":"nothing","actionId":"x"}',
  "\u0000\ufffd\ud800",
  new Uint8Array([0, 159, 146, 150]),
  new Uint8Array(100_000),
];

test("nonsense in every frame is answered one by one on the same socket, and nobody else notices", async () => {
  await using server = await startSocketServer(() => hello);
  for (const { url } of server.doors) {
    using bystander = await connectClient(url);
    using hostile = await connectClient(url);
    for (const frame of nonsense) hostile.socket.send(frame);
    await hostile.until(() => refusals(hostile) === nonsense.length);
    hostile.send({ type: "chat.subscribe", conversationId: "c" }, { type: "chat.send", conversationId: "c", message: "Hi" });
    await hostile.untilEvent("turn-sealed");
    expect(refusals(hostile)).toBe(nonsense.length);
    expect([bystander.of("error"), bystander.of("chat.error"), bystander.events()]).toEqual([[], [], []]);
  }
  const { conversations } = (await (await fetch(`${server.url}/conversations`)).json()) as { conversations: readonly { id: string }[] };
  expect(conversations.map(({ id }) => id)).toEqual(["c"]);
  expect(server.errors()).not.toContain("    at ");
});

const refusals = (client: Client): number => client.of("error").length + client.of("chat.error").length;

test("a flood of frames on one socket is refused in part and leaves the others served; a frame beyond the limit ends its own socket alone", async () => {
  await using server = await startSocketServer(() => hello);
  for (const { url } of server.doors) {
    using flood = await connectClient(url);
    for (let n = 0; n < 20_000; n++)
      flood.socket.send(JSON.stringify({ type: "chat.queue.cancel", conversationId: `flood-${n % 700}`, messageId: "m" }));
    using giant = await connectClient(url);
    giant.socket.send("x".repeat(bodyBytesMax + 1));
    expect(await giant.closed).toMatchObject({ code: 1009 });
    using fragments = rawSocket(Number(new URL(url).port), handshake(new URL(url).pathname));
    await fragments.until("catalog");
    const part = new Uint8Array(1024 * 1024);
    for (let n = 0; n < 20; n++) await Promise.race([fragments.write(frameOf(n === 0 ? 0x01 : 0x00, part)), fragments.closed]);
    await fragments.closed;
    await expectWell(server);
    await flood.next("catalog");
    flood.send({ type: "subscribe", surfaceId: "todo", conversationId: "c" });
    await flood.next("surface");
  }
});

const wrongPayloads: readonly unknown[] = [
  undefined,
  null,
  "",
  "x".repeat(100_000),
  -1,
  1e308,
  [],
  {},
  { value: {} },
  { value: "NaN" },
  true,
  [[[]]],
];

test("actions of surfaces with wrong payloads say nothing to their client, break nothing, and leave the surface readable", async () => {
  await using server = await startSocketServer(() => hello);
  using client = await connectClient(server.socketUrl);
  const { catalog } = await client.next("catalog");
  for (const { id: surfaceId } of catalog) client.send({ type: "subscribe", surfaceId, conversationId: "c" });
  await client.next("surface", catalog.length);
  const actions = client
    .of("surface")
    .flatMap(({ spec }) => spec.fields.flatMap((field) => ("action" in field ? [[spec.id, field.action.actionId] as const] : [])));
  for (const [surfaceId, actionId] of actions)
    for (const payload of wrongPayloads)
      client.send({ type: "invoke", surfaceId, actionId, payload, conversationId: "c" }, { type: "invoke", surfaceId, actionId, payload });
  for (const { id: surfaceId } of catalog)
    for (const actionId of ["nothing", "__proto__", "constructor"]) client.send({ type: "invoke", surfaceId, actionId });
  await client.next("error", catalog.length * 3);
  expect(client.of("error").every(({ surfaceId }) => catalog.some(({ id }) => id === surfaceId))).toBe(true);
  using after = await connectClient(server.socketUrl);
  for (const { id: surfaceId } of catalog) after.send({ type: "subscribe", surfaceId, conversationId: "c" });
  await after.next("surface", catalog.length);
  const shown = (one: Client) =>
    one
      .of("surface")
      .map(({ spec }) => `${spec.id}: ${spec.fields.map((field) => ("label" in field ? field.label : field.kind)).join(", ")}`);
  expect(shown(after).sort()).toEqual(shown(client).sort());
  expect(client.of("error")).toHaveLength(catalog.length * 3);
});

test("at the upgrade a wrong name, page or token is refused on both ports of a real server, and half a handshake is no socket", async () => {
  await using server = await startSocketServer(() => hello, { DISPATCH_TOKEN: "s3cret", DISPATCH_ALLOWED_ORIGINS: "https://app.example" });
  const ask = async (port: number, request: string) => {
    using socket = rawSocket(port, request);
    return (await socket.until("\r\n\r\n")).split(" ", 2)[1];
  };
  for (const { port, path } of server.doors) {
    const upgrade = (headers: readonly string[], at = `${path}?token=s3cret`) => ask(port, handshake(at, headers));
    expect(await upgrade(["Host: localhost"])).toBe("101");
    expect(await upgrade(["Host: localhost", "Authorization: Bearer s3cret"], path)).toBe("101");
    expect(await upgrade(["Host: localhost", "Origin: https://app.example"])).toBe("101");
    expect(await upgrade(["Host: localhost", "Origin: http://localhost:24204"])).toBe("101");
    for (const origin of [
      "https://evil.example",
      "null",
      "https://app.example.evil.example",
      "http://localhost.evil.example",
      "file://",
      "",
    ])
      expect([origin, await upgrade(["Host: localhost", `Origin: ${origin}`])]).toEqual([origin, "403"]);
    for (const host of ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "127.0.0.1:80@evil.example", "evil.example:24203"])
      expect([host, await upgrade([`Host: ${host}`])]).toEqual([host, "403"]);
    expect(["400", "403"]).toContain(await upgrade([]));
    for (const at of [path, `${path}?token=`, `${path}?token=S3CRET`, `${path}?token=s3cret%00`, `${path}?Token=s3cret`])
      expect([at, await upgrade(["Host: localhost"], at)]).toEqual([at, "401"]);
    const bearer = ["Host: localhost", "Authorization: Bearer s3cret"];
    expect(await ask(port, rawRequest("GET", path, [...bearer, "Connection: Upgrade", "Upgrade: websocket"]))).toBe("426");
    expect(await ask(port, rawRequest("GET", path, [...bearer, "Connection: Upgrade", "Upgrade: h2c"]))).toBe("426");
  }
});

test("hundreds of handshakes that never end keep nobody else out", async () => {
  await using server = await startSocketServer(() => hello);
  const before = server.sockets();
  const slow = server.doors.flatMap(({ port, path }) =>
    Array.from({ length: 400 }, (_, n) => rawSocket(port, handshake(path).slice(0, 20 + (n % 100)))),
  );
  await until(() => server.sockets() >= before + slow.length);
  for (let n = 0; n < 5; n++) {
    for (const socket of slow) void socket.write("x");
    await expectWell(server);
  }
  for (const socket of slow) socket[Symbol.dispose]();
  await until(() => server.sockets() <= before + keptAlive);
});
