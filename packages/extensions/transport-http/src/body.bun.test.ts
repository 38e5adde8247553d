import { bodyBytesMax, jsonDepthMax } from "@dispatch/transport-contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseAnswer, rawRequest, rawSocket } from "./raw-socket.fixture.ts";
import { type ServerUnderTest, startServer } from "./server.fixture.ts";
import { testOps } from "./test-ops.fixture.ts";

let server: ServerUnderTest;
beforeAll(async () => {
  server = await startServer({ ops: testOps });
});
afterAll(() => server[Symbol.asyncDispose]());

const path = "/conversations/c1/title";
const put = async (body: string | Uint8Array | ReadableStream) => {
  const answer = await fetch(server.url + path, { method: "PUT", body });
  const read = (await answer.json()) as { error?: string; code?: string; data?: { problems?: readonly string[] } };
  return { status: answer.status, body: read };
};
const nested = (depth: number) => `{"title":"a","x":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
const chunked = (body: Uint8Array) => Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from("\r\n0\r\n\r\n")]);

test("a body of 20 MB is answered with 413, whether its length is told or not", async () => {
  const body = Buffer.alloc(20_000_000, "a");
  const expected = { status: 413, body: { kind: "limited", code: "transport-http/body-too-large", data: { limit: "bodyBytesMax" } } };
  expect(await put(body)).toMatchObject(expected);
  using told = rawSocket(server.port, rawRequest("PUT", path, [`Content-Length: ${body.length}`]));
  void told.write(body);
  const answer = parseAnswer(await told.closed);
  expect({ status: answer.status, body: JSON.parse(answer.body) }).toMatchObject(expected);
  using untold = rawSocket(server.port, rawRequest("PUT", path, ["Transfer-Encoding: chunked"]));
  void untold.write(chunked(body));
  const second = parseAnswer(await untold.closed);
  expect({ status: second.status, body: JSON.parse(second.body) }).toMatchObject(expected);
});

test("a body of exactly the limit is read, with one byte more it is not", async () => {
  const fill = (sizeBytes: number) => {
    const [start, end] = ['{"title":"a","fill":"', '"}'];
    return start + "x".repeat(sizeBytes - start.length - end.length) + end;
  };
  expect((await put(fill(bodyBytesMax))).status).toBe(200);
  expect((await put(fill(bodyBytesMax + 1))).status).toBe(413);
  using untold = rawSocket(server.port, rawRequest("PUT", path, ["Transfer-Encoding: chunked"]));
  void untold.write(chunked(Buffer.from(fill(bodyBytesMax))));
  expect(parseAnswer(await untold.closed).status).toBe(200);
});

test("also where the body is optional, one that is too large is refused", async () => {
  const answer = await fetch(`${server.url}/conversations/c1/stop`, { method: "POST", body: Buffer.alloc(bodyBytesMax + 1, "a") });
  expect(answer.status).toBe(413);
});

test("a client that reads only when it has sent everything still reads the refusal", async () => {
  const body = Buffer.alloc(20_000_000, "a");
  for (const [header, data] of [
    [`Content-Length: ${body.length}`, body],
    ["Transfer-Encoding: chunked", chunked(body)],
  ] as const) {
    using socket = rawSocket(server.port, rawRequest("PUT", path, [header]));
    socket.pause();
    await socket.write(data);
    socket.resume();
    expect(await socket.closed, header).toContain("transport-http/body-too-large");
  }
});

test("after a body that was too large the connection still serves", async () => {
  using socket = rawSocket(server.port, rawRequest("PUT", path, ["Connection: keep-alive", `Content-Length: ${20_000_000}`]));
  void socket.write(Buffer.alloc(20_000_000, "a"));
  await socket.until("body-too-large");
  void socket.write(rawRequest("GET", "/health"));
  expect(await socket.closed).toContain('{"ok":true}');
});

test("JSON may nest 100 levels; 101, 1000 or millions of brackets are refused at once and clearly", async () => {
  expect((await put(nested(jsonDepthMax))).status).toBe(200);
  for (const body of [nested(jsonDepthMax + 1), nested(1_000), "[".repeat(5_000_000), '{"a":'.repeat(1_000_000)]) {
    expect(await put(body)).toMatchObject({
      status: 400,
      body: { kind: "invalid", code: "transport-http/bad-body", error: expect.stringContaining("100 levels") },
    });
  }
});

test("a body that is not UTF-8 is refused, wherever the wrong byte stands", async () => {
  const bytes = Buffer.from('{"title":"abc"}');
  for (const wrong of [0xff, 0xc0, 0x80]) {
    const body = Buffer.from(bytes);
    body[11] = wrong;
    expect(await put(body)).toMatchObject({
      status: 400,
      body: { code: "transport-http/bad-body", error: "The body is not valid UTF-8." },
    });
  }
  const cut = Buffer.concat([Buffer.from('{"title":"'), Buffer.from([0xe2, 0x82])]);
  expect((await put(cut)).body.error).toBe("The body is not valid UTF-8.");
});

test("text in any script, and a byte order mark, are taken as they are", async () => {
  const title = "漢字 🙂 e\u0301 \u202e";
  expect((await put(JSON.stringify({ title }))).body).toEqual({ conversationId: "c1", title });
  expect((await put(`\uFEFF${JSON.stringify({ title })}`)).body).toEqual({ conversationId: "c1", title });
});

test("a body that comes byte by byte is one body", async () => {
  const text = JSON.stringify({ title: "päper" });
  const bytes = Buffer.from(text);
  const slowly = new ReadableStream({
    async start(controller) {
      for (const byte of bytes) controller.enqueue(new Uint8Array([byte]));
      controller.close();
    },
  });
  expect((await put(slowly)).body).toEqual({ conversationId: "c1", title: "päper" });
});

test("problems are named by field", async () => {
  const { status, body } = await put('{"title":7}');
  expect(status).toBe(400);
  expect(body.data?.problems).toEqual([expect.stringMatching(/^title: /)]);
});
