import { fault, type Host } from "@dispatch/kernel";
import { FaultMasks, implement, Ops } from "@dispatch/op-registry/contract";
import { testExtension } from "@dispatch/testkit";
import { defineOp, getCwd, setTitle } from "@dispatch/transport-contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type ServerUnderTest, startServer } from "./server.fixture.ts";
import { testOps, thrownSecret, waitingOp } from "./test-ops.fixture.ts";

let server: ServerUnderTest;
const waiting = waitingOp();
beforeAll(async () => {
  server = await startServer({ ops: [...testOps, waiting.op] });
});
afterAll(() => server[Symbol.asyncDispose]());

const ask = async (path: string, init?: RequestInit) => {
  const answer = await fetch(server.url + path, init);
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text === "" ? undefined : JSON.parse(text) };
};

test("GET /health answers {ok:true}", async () => {
  expect(await ask("/health")).toMatchObject({ status: 200, body: { ok: true } });
});

test("GET /openapi.json describes every mounted op and the chat", async () => {
  const { status, body } = await ask("/openapi.json");
  expect(status).toBe(200);
  const paths = testOps.map(({ op }) => op.http.path.replaceAll(/:(\w+)/g, "{$1}"));
  expect(Object.keys(body.paths)).toEqual(expect.arrayContaining([...paths, "/chat", "/health", "/openapi.json"]));
});

test("path parameters win over fields of the body and the query", async () => {
  const put = { method: "PUT", body: JSON.stringify({ title: " A ", conversationId: "other" }) };
  expect((await ask("/conversations/c1/title", put)).body).toEqual({ conversationId: "c1", title: "A" });
  expect((await ask("/conversations/c1/status?conversationId=other")).body.conversationId).toBe("c1");
});

test("an unknown route is 404 JSON of kind missing", async () => {
  for (const path of ["/", "/nope", "/conversations/c1/nope", "/x//health", "/index.html", "/conversations/.."]) {
    expect(await ask(path), path).toMatchObject({ status: 404, body: { code: "transport-http/unknown-route", kind: "missing" } });
  }
});

test("a slash at the end of a path does not count", async () => {
  expect((await ask("/health/")).body).toEqual({ ok: true });
});

test("a known path with a wrong method is 405 JSON that says what is allowed", async () => {
  for (const [method, path, allow] of [
    ["POST", "/health", "GET, HEAD, OPTIONS"],
    ["GET", "/chat", "POST, OPTIONS"],
    ["HEAD", "/chat", "POST, OPTIONS"],
    ["GET", "/conversations/c1/title", "PUT, OPTIONS"],
    ["DELETE", "/conversations/c1/stop", "POST, OPTIONS"],
    ["PATCH", "/conversations/c1/title", "PUT, OPTIONS"],
  ] as const) {
    const { status, headers, body } = await ask(path, { method });
    expect([status, headers.get("allow")], `${method} ${path}`).toEqual([405, allow]);
    if (method !== "HEAD") expect(body).toMatchObject({ code: "transport-http/wrong-method", kind: "invalid" });
  }
});

test("HEAD answers where GET does, without a body", async () => {
  const head = await ask("/health", { method: "HEAD" });
  expect([head.status, head.body, head.headers.get("content-type")]).toEqual([200, undefined, "application/json"]);
});

test("ids with path characters are 400, however they are written", async () => {
  for (const id of ["a%2Fb", "..%2F..%2Fetc", "%00", "a%00", ".hidden", "a%5Cb", "%E2%80%AE", "a%20b", "%zz", "-", `${"a".repeat(129)}`]) {
    const { status, body } = await ask(`/conversations/${id}/status`);
    expect([status, body.code], id).toEqual([400, "op-registry/invalid-input"]);
    expect(body.error).toContain("conversationId");
  }
  expect((await ask(`/conversations/${"a".repeat(128)}/status`)).status).toBe(200);
});

test("dots that a client did not resolve itself lead to no other conversation", async () => {
  expect((await ask("/conversations/%2e%2e/status")).status).toBe(404);
  expect((await ask("/conversations/c1/%2e%2e/status")).status).toBe(404);
});

test("faults of each kind have their status, and the body {error, code, kind}", async () => {
  const statuses = { invalid: 400, denied: 403, missing: 404, conflict: 409, limited: 429, cancelled: 499, defect: 500, unavailable: 503 };
  for (const [kind, status] of Object.entries(statuses)) {
    const body = { error: `A fault of kind ${kind}.`, code: "test/raised", kind };
    expect(await ask(`/raise/${kind}`), kind).toMatchObject({ status, body });
  }
});

test("a route may answer 502 for what is unavailable, and for nothing else", async () => {
  for (const [kind, status] of Object.entries({ unavailable: 502, invalid: 400, defect: 500 }))
    expect((await ask(`/behind/${kind}`)).status, kind).toBe(status);
});

test("a wish for a later attempt is a header and a field", async () => {
  const { headers, body } = await ask("/raise/unavailable?retryAfterMs=1500");
  expect(headers.get("retry-after")).toBe("2");
  expect(body.data).toEqual({ retryAfterMs: 1500 });
});

test("an unknown throw is a defect: journaled whole under a reference, and nothing of it on the wire", async () => {
  for (const kind of ["unknown", "nothing"]) {
    const { status, body } = await ask(`/raise/${kind}`);
    expect([status, body.kind, body.code]).toEqual([500, "defect", "transport-http/defect"]);
    expect(JSON.stringify(body)).not.toContain(thrownSecret);
    expect(JSON.stringify(body)).not.toContain(".ts:");
    const [line] = server.log.told("request-failed").filter(({ attributes }) => attributes.reference === body.data.reference);
    expect(line).toMatchObject({ level: "error", extensionId: "transport-http", attributes: { method: "GET", path: `/raise/${kind}` } });
  }
  const unknown = server.log.told("request-failed").find(({ attributes }) => attributes.path === "/raise/unknown");
  expect(unknown?.attributes["error.message"]).toBe(thrownSecret);
  expect(unknown?.attributes["error.stack"]).toContain("test-ops.fixture");
});

test("what the caller did wrong is not journaled as our failure", async () => {
  const before = server.log.told("request-failed").length;
  await Promise.all(["/nope", "/raise/missing", "/conversations/%00/status"].map((path) => ask(path)));
  expect(server.log.told("request-failed").length).toBe(before);
});

test("a fixed segment wins over a parameter in the same place", async () => {
  expect((await ask("/raise/fixed")).body).toEqual({ fixed: true });
});

test("an op learns that its caller has gone", async () => {
  const leaving = new AbortController();
  const asked = fetch(`${server.url}/wait/a`, { signal: leaving.signal }).catch(() => "left");
  await waiting.called;
  leaving.abort();
  expect(await asked).toBe("left");
  await waiting.callerGone;
});

test("a write without a readable object for a body is 400", async () => {
  const put = (body?: string) => ask("/conversations/c1/title", { method: "PUT", ...(body === undefined ? {} : { body }) });
  for (const body of [undefined, "", "{", "null", "[]", '"a"', "1", '{"title":}']) {
    expect(await put(body), String(body)).toMatchObject({ status: 400, body: { kind: "invalid", code: "transport-http/bad-body" } });
  }
  expect(await put("{}")).toMatchObject({
    status: 400,
    body: { code: "op-registry/invalid-input", data: { problems: [expect.any(String)] } },
  });
});

test("where the body is optional, one that cannot be read counts as {}", async () => {
  const post = (body?: string) => ask("/conversations/c1/stop", { method: "POST", ...(body === undefined ? {} : { body }) });
  for (const body of [undefined, "", "{", "null", "[]", "{}", '{"conversationId":"c2"}']) {
    expect((await post(body)).body, String(body)).toEqual({ conversationId: "c1", abortedTurn: false });
  }
});

test("unknown fields are ignored, also those that objects have by nature", async () => {
  const body = '{"title":"a","later":[1],"__proto__":{"title":"b"},"constructor":1}';
  expect((await ask("/conversations/c1/title", { method: "PUT", body })).body).toEqual({ conversationId: "c1", title: "a" });
});

test("ops come and go while the server runs", async () => {
  const hosts: Host[] = [];
  const guest = testExtension("guest", { dependsOn: ["op-registry"], activate: (host) => void hosts.push(host) });
  await using running = await startServer({ others: [guest] });
  const statusOf = async () => (await fetch(`${running.url}/conversations/c1/cwd`)).status;
  expect(await statusOf()).toBe(404);
  const contribution = hosts[0]?.contribute(
    Ops,
    implement(getCwd, ({ conversationId }) => ({ conversationId, cwd: null })),
  );
  expect(await statusOf()).toBe(200);
  contribution?.[Symbol.dispose]();
  expect(await statusOf()).toBe(404);
});

test("of two ops at one route the first stays", async () => {
  const usurper = defineOp({ ...setTitle, id: "test.usurper", output: z.object({ usurped: z.literal(true) }), examples: [] });
  await using running = await startServer({ ops: [...testOps, implement(usurper, () => ({ usurped: true as const }))] });
  const answer = await fetch(`${running.url}/conversations/c1/title`, { method: "PUT", body: '{"title":"a"}' });
  expect(await answer.json()).toEqual({ conversationId: "c1", title: "a" });
});

test("no fault tells what a mask takes out, whether a route raises it, the door refuses, or there is no route at all", async () => {
  const mask = testExtension("mask", {
    dependsOn: ["op-registry"],
    activate: (host) =>
      void host.contribute(FaultMasks, { id: "mask", mask: (value) => JSON.parse(JSON.stringify(value).replaceAll("A-KEY", "[masked]")) }),
  });
  const raising = implement(getCwd, ({ conversationId }) => {
    throw fault("denied", "test/raised", `${conversationId} is closed`, { data: { tried: [conversationId] } });
  });
  await using masked = await startServer({ ops: [raising], others: [mask] });
  const answers = [
    ["/conversations/A-KEY/cwd", {}, 403],
    ["/nothing/A-KEY", {}, 404],
    ["/conversations/A-KEY/cwd", { method: "DELETE" }, 405],
    ["/health", { headers: { origin: "http://A-KEY.example" } }, 403],
  ] as const;
  for (const [path, init, status] of answers) {
    const answer = await fetch(masked.url + path, init);
    const body = await answer.text();
    expect([answer.status, body.includes("[masked]"), /A-KEY/i.test(body)], `${path} ${body}`).toEqual([status, true, false]);
    if (status === 405) expect(answer.headers.get("allow")).toContain("GET");
  }
});
