import { headerBytesMax } from "@dispatch/transport-contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { jsonAnswer } from "./answer.ts";
import { parseAnswer, rawRequest, rawSocket } from "./raw-socket.fixture.ts";
import { type ServerUnderTest, startServer } from "./server.fixture.ts";
import { listen } from "./socket.ts";
import { testOps } from "./test-ops.fixture.ts";

let server: ServerUnderTest;
beforeAll(async () => {
  server = await startServer({ ops: testOps });
});
afterAll(() => server[Symbol.asyncDispose]());

test("requests on one connection that were sent at once are answered in order", async () => {
  const first = rawRequest("GET", "/conversations/first/status", ["Connection: keep-alive"]);
  const second = rawRequest("PUT", "/conversations/second/title", ["Connection: keep-alive"], '{"title":"b"}');
  using socket = rawSocket(server.port, first + second + rawRequest("GET", "/health"));
  const answers = (await socket.closed).match(/\{.*?\}/g);
  expect(answers).toEqual([
    '{"conversationId":"first","isActive":false,"status":"idle"}',
    '{"conversationId":"second","title":"b"}',
    '{"ok":true}',
  ]);
});

test("a client that has said all it wants to say still gets its answer", async () => {
  using socket = rawSocket(server.port, rawRequest("GET", "/health", ["Connection: keep-alive"]));
  socket.half();
  expect(await socket.closed).toContain('{"ok":true}');
});

test("headers beyond the limit are refused, and the server goes on", async () => {
  const ofBytes = (sizeBytes: number) => {
    const bare = rawRequest("GET", "/health", ["X-Large: "]);
    return bare.replace("X-Large: ", `X-Large: ${"a".repeat(sizeBytes - bare.length)}`);
  };
  using fits = rawSocket(server.port, ofBytes(headerBytesMax));
  expect(parseAnswer(await fits.closed).status).toBe(200);
  using beyond = rawSocket(server.port, ofBytes(headerBytesMax + 1));
  expect(parseAnswer(await beyond.closed).status).toBe(431);
  using large = rawSocket(server.port, rawRequest("GET", "/health", [`X-Large: ${"a".repeat(100_000)}`]));
  expect(parseAnswer(await large.closed).status).toBe(431);
  using many = rawSocket(
    server.port,
    rawRequest(
      "GET",
      "/health",
      Array.from({ length: 1_000 }, (_, n) => `X-${n}: 1`),
    ),
  );
  expect(parseAnswer(await many.closed).status).toBe(431);
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
});

test("what is no HTTP, or HTTP with two lengths, is refused, and the server goes on", async () => {
  for (const garbage of [
    "\0\x01\x02\r\n\r\n",
    "GET\r\n\r\n",
    "POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    "POST /chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
  ]) {
    using socket = rawSocket(server.port, garbage);
    socket.half();
    expect(await socket.closed, JSON.stringify(garbage)).not.toContain(" 200 ");
  }
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
});

test("nothing that a client sends becomes a header of the answer", async () => {
  for (const path of ["/%0d%0aX-Evil:%201", "/conversations/%0d%0aX-Evil:%201/status", "/health?x=%0d%0aX-Evil:%201"]) {
    using socket = rawSocket(server.port, rawRequest("GET", path, ["Origin: http://localhost:1"]));
    expect(parseAnswer(await socket.closed).headers.has("x-evil"), path).toBe(false);
  }
  using chat = rawSocket(server.port, rawRequest("POST", "/chat", [], '{"message":"a","conversationId":"c1\\r\\nX-Evil: 1"}'));
  const { status, headers } = parseAnswer(await chat.closed);
  expect([status, headers.has("x-evil")]).toEqual([400, false]);
});

// The platform looks at silent connections every few seconds, so these take as long; they wait for the cut itself, not for a time.
test("connections that send no whole header or no whole body are closed, one that waits for its answer is not", async () => {
  const late = Promise.withResolvers<void>();
  const listener = listen({ host: "127.0.0.1", port: 0, setting: "PORT", silenceSMax: 1 }, async (request, connection) => {
    if (request.method === "POST") return jsonAnswer(await request.text());
    connection.allowSilence();
    await late.promise;
    return jsonAnswer("late");
  });
  const port = Number(new URL(listener.url).port);
  using quiet = rawSocket(port, rawRequest("GET", "/"));
  using noHeader = rawSocket(port, "GET / HTTP/1.1\r\nHost: loc");
  using noBody = rawSocket(port, rawRequest("POST", "/", ["Content-Length: 100"], "abc"));
  expect(await noHeader.closed).toBe("");
  expect(await noBody.closed).not.toContain(" 200 ");
  late.resolve();
  expect(await quiet.closed).toContain("late");
  await listener.close();
});
