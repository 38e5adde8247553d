import { boot, fault, type Host } from "@dispatch/kernel";
import opRegistry from "@dispatch/op-registry";
import { bootOptions, testExtension } from "@dispatch/testkit";
import { bodyBytesMax } from "@dispatch/transport-contract";
import { expect, test } from "vitest";
import { HttpAddress, SocketPorts, Upgrades } from "./contract.ts";
import transportHttp from "./index.ts";
import { parseAnswer, rawRequest, rawSocket } from "./raw-socket.fixture.ts";
import { orchestrator, startServer, systemClock } from "./server.fixture.ts";
import { listen } from "./socket.ts";
import { takeSocket } from "./upgrade.ts";
import { connectSocket, EchoPeer, handshake } from "./web-socket.fixture.ts";

const echo = (activate: (host: Host) => unknown) =>
  testExtension("echo", { dependsOn: ["transport-http"], activate: async (host) => void (await activate(host)) });

/** The door with an echo at `/echo` and on a port of its own. */
async function startEcho(config: object = {}, accept: () => EchoPeer = () => new EchoPeer()) {
  let port = "";
  const others = [
    echo((host) => {
      host.contribute(Upgrades, { path: "/echo", accept });
      const opened = host.own(host.use(SocketPorts).open({ port: 0, setting: "ECHO_PORT", accept }));
      port = opened.url;
    }),
  ];
  const server = await startServer({ config, others });
  return { ...server, ownUrl: port, ownPort: Number(new URL(port).port), pathUrl: `ws://127.0.0.1:${server.port}/echo` };
}
const ask = async (port: number, request: string) => {
  using socket = rawSocket(port, request);
  return parseAnswer(await socket.closed);
};
const refused = async (port: number, headers: readonly string[], path = "/echo") => {
  const { status, body } = await ask(port, handshake(path, headers).replace("Connection: Upgrade", "Connection: Upgrade, close"));
  return [status, status === 101 ? "" : JSON.parse(body).code];
};

test("a path that others serve and a port of their own carry frames both ways, whole and in order", async () => {
  await using server = await startEcho();
  const texts = ["hello", "wörld ✓", "x".repeat(1_000_000), ""];
  for (const url of [server.pathUrl, server.ownUrl, `${server.ownUrl}/any/path?x=1`]) {
    using client = await connectSocket(url);
    for (const text of texts) client.socket.send(text);
    expect(await client.count(texts.length)).toEqual(texts);
  }
});

test("what is no handshake gets 426 and a sentence, on both ports, and nobody is asked to be its peer", async () => {
  let asked = 0;
  await using server = await startEcho({}, () => {
    asked += 1;
    return new EchoPeer();
  });
  for (const [port, path] of [
    [server.port, "/echo"],
    [server.ownPort, "/"],
    [server.ownPort, "/health"],
  ] as const) {
    const { status, headers, body } = await ask(port, rawRequest("GET", path));
    expect([status, headers.get("upgrade"), JSON.parse(body)]).toEqual([
      426,
      "websocket",
      { error: expect.stringContaining("WebSocket"), code: "transport-http/needs-upgrade", kind: "invalid" },
    ]);
  }
  expect((await ask(server.ownPort, rawRequest("POST", "/", [], "{}"))).status).toBe(426);
  expect(asked).toBe(0);
  const halves = ["Host: localhost", "Connection: Upgrade, close", "Upgrade: websocket"];
  expect((await ask(server.port, rawRequest("GET", "/echo", halves))).status).toBe(426);
  expect(
    (
      await ask(
        server.port,
        rawRequest("GET", "/echo", [...halves, "Sec-WebSocket-Version: 12", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="]),
      )
    ).status,
  ).toBe(426);
});

test("rebound names and pages of other sites are denied before a socket is opened, on both ports", async () => {
  await using server = await startEcho({ allowedHosts: ["dispatch.home"], allowedOrigins: ["https://app.example"] });
  for (const port of [server.port, server.ownPort]) {
    expect(await refused(port, ["Host: evil.example"])).toEqual([403, "transport-http/host-denied"]);
    expect(await refused(port, ["Host: localhost", "Origin: https://evil.example"])).toEqual([403, "transport-http/origin-denied"]);
    expect(await refused(port, ["Host: localhost", "Origin: null"])).toEqual([403, "transport-http/origin-denied"]);
  }
  for (const headers of [{ origin: "http://localhost:24204" }, { origin: "https://app.example" }, { host: "dispatch.home" }, {}]) {
    for (const url of [server.pathUrl, server.ownUrl]) (await connectSocket(url, headers as { [name: string]: string }))[Symbol.dispose]();
  }
});

test("with a token, a socket is opened by its header or by ?token=, and by nothing else", async () => {
  await using server = await startEcho({ token: "s3cret" });
  for (const [url, port] of [
    [server.pathUrl, server.port],
    [server.ownUrl, server.ownPort],
  ] as const) {
    using _header = await connectSocket(url, { authorization: "Bearer s3cret" });
    using _query = await connectSocket(`${url}${url.endsWith("/echo") ? "" : "/"}?token=s3cret`);
    expect(await refused(port, ["Host: localhost"])).toEqual([401, "transport-http/no-token"]);
    expect(await refused(port, ["Host: localhost"], "/echo?token=wrong")).toEqual([401, "transport-http/no-token"]);
    expect(await refused(port, ["Host: localhost", "Authorization: Bearer wrong"], "/echo?token=s3cret")).toEqual([
      401,
      "transport-http/no-token",
    ]);
  }
  expect((await fetch(`${server.url}/openapi.json?token=s3cret`)).status).toBe(401);
  expect(JSON.stringify(server.log.lines)).not.toContain("s3cret");
});

test("a peer may be refused: the fault is the answer", async () => {
  await using server = await startEcho({}, () => {
    throw fault("limited", "echo/full", "No place is left.", { data: { retryAfterMs: 2_000 } });
  });
  for (const port of [server.port, server.ownPort]) expect(await refused(port, ["Host: localhost"])).toEqual([429, "echo/full"]);
});

test("a path that nobody serves is no socket, and one that comes late is", async () => {
  let host: Host | undefined;
  const others = [
    echo((given) => {
      host = given;
    }),
  ];
  await using server = await startServer({ others });
  expect(await refused(server.port, ["Host: localhost"])).toEqual([404, "transport-http/unknown-route"]);
  const late = host?.contribute(Upgrades, { path: "/echo", accept: () => new EchoPeer() });
  using _client = await connectSocket(`ws://127.0.0.1:${server.port}/echo`);
  late?.[Symbol.dispose]();
  expect(await refused(server.port, ["Host: localhost"])).toEqual([404, "transport-http/unknown-route"]);
});

test("sockets wait until every extension is there", async () => {
  const early: string[] = [];
  let client: ReturnType<typeof connectSocket> | undefined;
  const activate = async (host: Host) => {
    host.contribute(Upgrades, {
      path: "/echo",
      accept: () => {
        early.push("accepted");
        return new EchoPeer();
      },
    });
    const url = host.use(HttpAddress).url;
    client = connectSocket(`${url.replace("http", "ws")}/echo`);
    using denied = rawSocket(Number(new URL(url).port), rawRequest("GET", "/health", ["Host: evil.example"]));
    await denied.closed; // by now the handshake has been seen too
    early.push("activated");
  };
  await using _server = await startServer({ others: [echo(activate)] });
  using _client = await client;
  expect(early).toEqual(["activated", "accepted"]);
});

test("a port that is taken is a fault that names the setting, and the server goes on without it", async () => {
  const failures: unknown[] = [];
  await using first = await startEcho();
  const taken = echo((host) => {
    try {
      host.use(SocketPorts).open({ port: first.ownPort, setting: "ECHO_PORT", accept: () => new EchoPeer() });
    } catch (thrown) {
      failures.push(thrown);
    }
  });
  const kernel = await boot(
    bootOptions([opRegistry, orchestrator(), transportHttp, taken], { config: { "transport-http": { port: 0 } }, clock: systemClock }),
  );
  expect(failures).toMatchObject([
    { code: "transport-http/port-taken", message: expect.stringContaining("set ECHO_PORT to another port") },
  ]);
  await kernel[Symbol.asyncDispose]();
});

test("at the end both ports are free and the sockets are closed", async () => {
  const peers: EchoPeer[] = [];
  const server = await startEcho({}, () => {
    const peer = new EchoPeer();
    peers.push(peer);
    return peer;
  });
  const clients = [await connectSocket(server.pathUrl), await connectSocket(server.ownUrl)];
  await server[Symbol.asyncDispose]();
  expect(await Promise.all(clients.map(({ closed }) => closed))).toMatchObject([{ code: 1001 }, { code: 1001 }]);
  await Promise.all(peers.map(({ over }) => over));
  await expect(connectSocket(server.ownUrl)).rejects.toThrow();
});

/** One port with one peer. */
function listenEcho(silenceSMax?: number) {
  const peer = new EchoPeer();
  const listener = listen(
    { host: "127.0.0.1", port: 0, setting: "PORT", ...(silenceSMax === undefined ? {} : { silenceSMax }) },
    (request, connection) =>
      request.method === "GET" && request.headers.has("upgrade")
        ? takeSocket(request, connection, { caller: { name: "local", via: "http" } }, () => peer)
        : new Response("plain"),
  );
  const port = Number(new URL(listener.url).port);
  return { peer, port, url: `ws://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => listener.close() };
}

test("a frame that is too large ends the connection with code 1009; a binary one is told as such", async () => {
  await using echo = listenEcho();
  using client = await connectSocket(echo.url);
  client.socket.send(new Uint8Array(3));
  expect(await client.count(1)).toEqual(["no text"]);
  client.socket.send("x".repeat(bodyBytesMax + 1));
  expect(await client.closed).toMatchObject({ code: 1009 });
  await echo.peer.over;
  expect(echo.peer.heard).toEqual([undefined]);
});

test("a client that breaks the protocol is cut off", async () => {
  for (const frame of [
    [0x81, 0x01, 0x61],
    [0x81, 0x81, 0, 0, 0, 0, 0xff],
    [0xf3, 0x80, 0, 0, 0, 0],
  ]) {
    await using echo = listenEcho();
    using socket = rawSocket(echo.port, handshake("/"));
    await socket.until("\r\n\r\n");
    await socket.write(Uint8Array.from(frame));
    await socket.closed;
    await echo.peer.over;
    expect(echo.peer.heard).toEqual([]);
  }
});

test("a code and a reason reach the client, after all that was sent before; what is sent later is not", async () => {
  await using echo = listenEcho();
  using client = await connectSocket(echo.url);
  const socket = await echo.peer.open;
  socket.together(() => {
    for (let n = 0; n < 100; n++) socket.send(String(n));
  });
  socket.close(1013, "come again");
  socket.ping();
  socket.send("late");
  expect(await client.closed).toEqual({ code: 1013, reason: "come again" });
  expect(client.frames).toEqual(Array.from({ length: 100 }, (_, n) => String(n)));
  await echo.peer.over;
});

test("a ping is answered by the client", async () => {
  await using echo = listenEcho();
  using client = await connectSocket(echo.url);
  (await echo.peer.open).ping();
  client.socket.send("after");
  await client.count(1);
  expect(echo.peer.answers).toBe(1);
});

test("for a client that does not read, so much waits and no more; when it reads, the peer is told", async () => {
  await using echo = listenEcho();
  using client = rawSocket(echo.port, handshake("/"));
  await client.until("\r\n\r\n");
  client.pause();
  const socket = await echo.peer.open;
  const frame = "x".repeat(100_000);
  let sent = 0;
  while (socket.send(frame)) sent += 1;
  expect(socket.waitingBytes).toBeGreaterThan(16 * 1024 * 1024);
  expect(socket.waitingBytes).toBeLessThan(17 * 1024 * 1024);
  const drained = echo.peer.nextDrain;
  client.resume();
  await drained;
  socket.close(1000, "");
  expect((await client.closed).length).toBeGreaterThan(sent * frame.length);
});

// The platform looks at silent connections every few seconds, so this takes as long; it waits for the cut of another connection, not for a time.
test("a silent socket stays open where a silent request is cut, and so is a handshake that comes a byte at a time", async () => {
  await using echo = listenEcho(1);
  using client = await connectSocket(echo.url);
  using silent = rawSocket(echo.port, "GET / HTTP/1.1\r\nHost: loc");
  using slow = rawSocket(echo.port, "GET / HTTP/1.1\r\nConnection: Upgrade\r\nX-Slow: ");
  const byte = setInterval(() => void slow.write("x"), 100);
  await Promise.all([silent.closed, slow.closed]);
  clearInterval(byte);
  expect([await silent.closed, await slow.closed]).toEqual(["", ""]);
  client.socket.send("still here");
  expect(await client.count(1)).toEqual(["still here"]);
});

// Reaches waitingBytesMax.
test("for a client that does not read 16 MiB wait, and what would come beyond is dropped", async () => {
  const peer = new EchoPeer();
  await using server = await startEcho({}, () => peer);
  using client = rawSocket(server.port, handshake("/echo"));
  client.pause();
  const socket = await peer.open;
  const frame = "x".repeat(1_000_000);
  let taken = 0;
  while (taken < 300 && socket.send(frame)) taken += 1;
  expect(taken).toBeLessThan(300);
  expect(socket.waitingBytes).toBeGreaterThan(15 * 1024 * 1024);
  expect(socket.waitingBytes).toBeLessThan(18 * 1024 * 1024);
});
