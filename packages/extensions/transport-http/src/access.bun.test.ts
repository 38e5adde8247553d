import { afterAll, beforeAll, expect, test } from "vitest";
import { parseAnswer, rawRequest, rawSocket } from "./raw-socket.fixture.ts";
import { type ServerUnderTest, startServer } from "./server.fixture.ts";
import { testOps } from "./test-ops.fixture.ts";

let server: ServerUnderTest;
beforeAll(async () => {
  server = await startServer({
    ops: testOps,
    config: { allowedHosts: ["dispatch.home"], allowedOrigins: ["https://app.example"] },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const ask = async (path: string, headers: readonly string[] = [], method = "GET") => {
  using socket = rawSocket(server.port, rawRequest(method, path, headers));
  return parseAnswer(await socket.closed);
};

test("a rebound name is denied on every route, also the unknown ones", async () => {
  for (const path of ["/health", "/openapi.json", "/chat", "/nope", "/conversations/c1/status"]) {
    const { status, body } = await ask(path, ["Host: evil.example"]);
    expect([status, JSON.parse(body).code], path).toEqual([403, "transport-http/host-denied"]);
  }
});

test("an allowed name is answered; two names at once are denied", async () => {
  expect((await ask("/health", ["Host: dispatch.home:24203"])).status).toBe(200);
  expect((await ask("/health", ["Host: localhost", "Host: evil.example"])).status).toBe(403);
});

test("a request without a Host is not answered", async () => {
  using modern = rawSocket(server.port, "GET /health HTTP/1.1\r\nConnection: close\r\n\r\n");
  expect(parseAnswer(await modern.closed).status).toBe(400);
  using old = rawSocket(server.port, "GET /health HTTP/1.0\r\n\r\n");
  expect(parseAnswer(await old.closed).status).toBe(403);
});

test("the name in an absolute request target does not count, the Host does", async () => {
  expect((await ask("http://localhost/health", ["Host: evil.example"])).status).toBe(403);
  expect((await ask("http://evil.example/health", ["Host: localhost"])).status).toBe(200);
});

test("a page of another site is denied before anything is done, and gets no CORS header", async () => {
  for (const origin of ["https://evil.example", "null"]) {
    const { status, headers, body } = await ask("/conversations/c1/stop", [`Origin: ${origin}`], "POST");
    expect([status, JSON.parse(body)], origin).toEqual([
      403,
      expect.objectContaining({ kind: "denied", code: "transport-http/origin-denied" }),
    ]);
    expect(headers.has("access-control-allow-origin")).toBe(false);
  }
});

test("allowed pages find their origin echoed, on errors too", async () => {
  for (const origin of ["http://localhost:24204", "https://app.example"]) {
    for (const path of ["/health", "/nope", "/conversations/%00/status"]) {
      const { headers } = await ask(path, [`Origin: ${origin}`]);
      expect([headers.get("access-control-allow-origin"), headers.get("vary")], path).toEqual([origin, "Origin"]);
    }
  }
  expect((await ask("/health")).headers.has("access-control-allow-origin")).toBe(false);
});

test("a preflight for PUT and DELETE succeeds from an allowed origin", async () => {
  const wish = ["Origin: http://localhost:24204", "Access-Control-Request-Method: DELETE", "Access-Control-Request-Headers: content-type"];
  const { status, headers, body } = await ask("/conversations/c1/title", wish, "OPTIONS");
  expect([status, body]).toEqual([204, ""]);
  expect(headers.get("access-control-allow-origin")).toBe("http://localhost:24204");
  expect(headers.get("access-control-allow-methods")).toBe("GET, POST, PUT, DELETE, OPTIONS");
  expect(headers.get("access-control-allow-headers")).toBe("Content-Type, Authorization");
});

test("a preflight from another site is denied", async () => {
  expect((await ask("/conversations/c1/title", ["Origin: https://evil.example"], "OPTIONS")).status).toBe(403);
});

test("with a token, every request but GET /health must carry it", async () => {
  await using guarded = await startServer({ ops: testOps, config: { token: "s3cret" } });
  const statusOf = async (path: string, authorization?: string, method = "GET") => {
    const headers = authorization === undefined ? {} : { authorization };
    const answer = await fetch(guarded.url + path, { method, headers });
    return [answer.status, answer.headers.get("www-authenticate")];
  };
  for (const path of ["/openapi.json", "/conversations/c1/status", "/nope", "/chat", "/health/x", "/x//health"]) {
    expect(await statusOf(path), path).toEqual([401, "Bearer"]);
    expect(await statusOf(path, "Bearer wrong"), path).toEqual([401, "Bearer"]);
  }
  expect(await statusOf("/health", undefined, "POST")).toEqual([401, "Bearer"]);
  expect(await statusOf("/health")).toEqual([200, null]);
  expect(await statusOf("/conversations/c1/status", "Bearer s3cret")).toEqual([200, null]);
});

test("a missing token is told as denied, and a preflight needs none", async () => {
  await using guarded = await startServer({ config: { token: "s3cret" } });
  const refused = await fetch(`${guarded.url}/openapi.json`, { headers: { origin: "http://localhost:1" } });
  expect(await refused.json()).toMatchObject({ code: "transport-http/no-token", kind: "denied" });
  expect(refused.headers.get("access-control-allow-origin")).toBe("http://localhost:1");
  const preflight = await fetch(`${guarded.url}/openapi.json`, { method: "OPTIONS", headers: { origin: "http://localhost:1" } });
  expect(preflight.status).toBe(204);
});

test("the token is in no answer and no journal line", async () => {
  await using guarded = await startServer({ ops: testOps, config: { token: "s3cret" } });
  const headers = { authorization: "Bearer s3cret" };
  const answers = await Promise.all(["/raise/unknown", "/nope", "/openapi.json"].map((path) => fetch(guarded.url + path, { headers })));
  const texts = await Promise.all(answers.map((answer) => answer.text()));
  expect(JSON.stringify([texts, guarded.log.lines, guarded.kernel.report])).not.toContain("s3cret");
});
