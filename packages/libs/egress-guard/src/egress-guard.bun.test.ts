import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Clock } from "@dispatch/kernel";
import { FakeClock } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { certificate } from "./certificate.fixture.ts";
import { type EgressRequest, egressGuard, type GuardOptions, redirectsMax } from "./egress-guard.ts";
import { answer, endless, redirect, type Say, startLoopback } from "./loopback.fixture.ts";

/** Tests may reach 127.0.0.2 and 127.0.0.3; 127.0.0.1 stays forbidden. */
const allow = ["127.0.0.2/31"];
const guardOf = (options: Partial<GuardOptions> = {}) =>
  egressGuard({ clock: new FakeClock(), allow, resolve: async () => ["127.0.0.2"], trusted: certificate, ...options });
const limits = { timeoutMs: 30_000, receivedBytesMax: 1_000_000, bodyBytesMax: 4_000_000 };
const request = (options: Partial<EgressRequest> = {}): EgressRequest => ({ signal: new AbortController().signal, ...limits, ...options });

async function fetched(url: string, options: Partial<GuardOptions> = {}, asked: Partial<EgressRequest> = {}) {
  using got = await guardOf(options).get(url, request(asked));
  const { bytes, isWhole } = await got.body();
  return { url: got.url, status: got.status, type: got.header("content-type"), text: new TextDecoder().decode(bytes), isWhole };
}
const serve = (say: Say) => startLoopback(say);
const ended = { kind: "unavailable", code: "egress-guard/broken" };

test("a page is fetched with its name as Host, and the connection ends with it", async () => {
  await using server = await serve(answer("hello", { "content-type": "text/plain" }));
  const url = `http://a.example:${server.port}/x?y=1`;
  expect(await fetched(url, {}, { headers: { accept: "text/html" } })).toEqual({
    url,
    status: 200,
    type: "text/plain",
    text: "hello",
    isWhole: true,
  });
  expect(server.requests[0]).toMatch(/^GET \/x\?y=1 HTTP\/1\.1\r\n/);
  expect(server.requests[0]?.toLowerCase()).toContain(`host: a.example:${server.port}\r\n`);
  expect(server.requests[0]?.toLowerCase()).toContain("accept: text/html\r\n");
  await server.idle();
});

test("a name is resolved once a request, and the connection goes to the address that was checked", async () => {
  await using trap = await startLoopback(answer("secret"), { address: "127.0.0.1" });
  await using server = await serve(answer("fine"));
  const answers = [["127.0.0.2"], ["127.0.0.1"]];
  let lookups = 0;
  const resolve = async () => answers[Math.min(lookups++, 1)] ?? [];
  expect((await fetched(`http://rebound.example:${server.port}/`, { resolve })).text).toBe("fine");
  expect(lookups).toBe(1);
  await expect(fetched(`http://rebound.example:${trap.port}/`, { resolve })).rejects.toMatchObject({ code: "egress-guard/forbidden" });
  expect([lookups, trap.connections()]).toEqual([2, 0]);
});

test("a redirect to the same name, which has changed its address meanwhile, is forbidden", async () => {
  await using trap = await startLoopback(answer("secret"), { address: "127.0.0.1" });
  await using server = await serve(redirect(`http://rebound.example:${trap.port}/`));
  let lookups = 0;
  const resolve = async () => [lookups++ === 0 ? "127.0.0.2" : "127.0.0.1"];
  await expect(fetched(`http://rebound.example:${server.port}/`, { resolve })).rejects.toMatchObject({ code: "egress-guard/forbidden" });
  expect([lookups, server.connections(), trap.connections()]).toEqual([2, 1, 0]);
});

test.each([
  "http://169.254.169.254/latest/meta-data/",
  "http://[::1]/",
  "http://127.1/",
  "http://0x7f000001/",
  "http://[::ffff:a9fe:a9fe]/",
  "http://[64:ff9b::7f00:1]/",
  "//127.0.0.1/",
  "ftp://a.example/",
  "file:///etc/passwd",
  "http://user:pass@a.example/",
])("a redirect to %s is refused", async (location) => {
  await using server = await serve(redirect(location));
  await expect(fetched(`http://a.example:${server.port}/`)).rejects.toMatchObject({ code: expect.stringMatching(/forbidden|bad-url/) });
  await server.idle();
});

test("redirects are followed to their end, relative ones too, and the last address is told", async () => {
  await using server = await serve((socket, head) =>
    (head.startsWith("GET /end?a ") ? answer("done") : redirect("../end?a", "308 Permanent"))(socket, head),
  );
  const got = await fetched(`http://a.example:${server.port}/a/b`);
  expect([got.text, got.url]).toEqual(["done", `http://a.example:${server.port}/end?a`]);
});

test("a loop of redirects ends at its bound", async () => {
  await using server = await serve(redirect("/"));
  await expect(fetched(`http://a.example:${server.port}/`)).rejects.toMatchObject({ kind: "invalid", code: "egress-guard/redirects" });
  expect(server.connections()).toBe(redirectsMax + 1);
  await server.idle();
});

test("a redirect that names no place is an answer", async () => {
  await using server = await serve(answer("where?", {}, "302 Found"));
  expect(await fetched(`http://a.example:${server.port}/`)).toMatchObject({ status: 302, text: "where?" });
});

test("over TLS the certificate must be for the name, although the connection goes to an address", async () => {
  await using server = await startLoopback(answer("safe"), { isSecure: true });
  expect((await fetched(`https://pinned.example:${server.port}/`)).text).toBe("safe");
  expect(server.requests[0]?.toLowerCase()).toContain(`host: pinned.example:${server.port}\r\n`);
  const untrusted = { kind: "denied", code: "egress-guard/untrusted" };
  await expect(fetched(`https://other.example:${server.port}/`)).rejects.toMatchObject(untrusted);
  await expect(fetched(`https://127.0.0.2:${server.port}/`)).rejects.toMatchObject(untrusted);
  const strict = egressGuard({ clock: new FakeClock(), allow, resolve: async () => ["127.0.0.2"] });
  await expect(strict.get(`https://pinned.example:${server.port}/`, request())).rejects.toMatchObject(untrusted);
  expect(server.requests).toHaveLength(1);
  await server.idle();
});

test("a certificate for an address serves for that address", async () => {
  await using server = await startLoopback(answer("safe"), { isSecure: true, address: "127.0.0.3" });
  expect((await fetched(`https://127.0.0.3:${server.port}/`)).text).toBe("safe");
});

test("an address that takes no connection gives way to the next", async () => {
  await using server = await startLoopback(answer("second"), { address: "127.0.0.3" });
  expect((await fetched(`http://a.example:${server.port}/`, { resolve: async () => ["127.0.0.2", "127.0.0.3"] })).text).toBe("second");
  const nowhere = fetched(`http://a.example:${server.port}/`, { resolve: async () => ["127.0.0.2"] });
  await expect(nowhere).rejects.toMatchObject({
    kind: "unavailable",
    code: "egress-guard/unreachable",
    message: expect.stringMatching(/ECONNREFUSED/),
  });
});

test.each([
  ["gzip", gzipSync("packed ".repeat(1_000))],
  ["br", brotliCompressSync("packed ".repeat(1_000))],
])("a body in %s is unpacked", async (encoding, bytes) => {
  await using server = await serve(answer(bytes, { "content-encoding": encoding }));
  expect(await fetched(`http://a.example:${server.port}/`)).toMatchObject({ text: "packed ".repeat(1_000), isWhole: true });
});

test.each(["gzip", "br"])("a bomb in %s is unpacked up to the limit, and no further", async (encoding) => {
  const zeros = new Uint8Array(200_000_000);
  const bomb = encoding === "gzip" ? gzipSync(zeros) : brotliCompressSync(zeros, { params: { 1: 1 } });
  await using server = await serve(answer(bomb, { "content-encoding": encoding }));
  using got = await guardOf().get(`http://a.example:${server.port}/`, request());
  const before = process.memoryUsage().rss;
  const { bytes, isWhole } = await got.body();
  expect([bytes.length, isWhole]).toEqual([limits.bodyBytesMax, false]);
  expect(process.memoryUsage().rss - before).toBeLessThan(60_000_000);
});

test("a compressed body that is too long on the line is unpacked as far as it was read", async () => {
  const text = Array.from({ length: 200_000 }, (_, n) => `${n * 7919}`).join(" ");
  await using server = await serve(answer(gzipSync(text), { "content-encoding": "gzip" }));
  const got = await fetched(`http://a.example:${server.port}/`, {}, { receivedBytesMax: 200_000 });
  expect([got.isWhole, text.startsWith(got.text), got.text.length > 200_000]).toEqual([false, true, true]);
});

test("an endless body is cut at the limit, and its connection ended", async () => {
  await using server = await serve(endless("HTTP/1.1 200 OK\r\n\r\n", new Uint8Array(65_536)));
  const got = await fetched(`http://a.example:${server.port}/`);
  expect([got.text.length, got.isWhole]).toEqual([limits.receivedBytesMax, false]);
  await server.idle();
});

test("a body of exactly the limit is whole", async () => {
  await using server = await serve(answer("x".repeat(100)));
  expect(await fetched(`http://a.example:${server.port}/`, {}, { receivedBytesMax: 100, bodyBytesMax: 100 })).toMatchObject({
    isWhole: true,
  });
  expect(await fetched(`http://a.example:${server.port}/`, {}, { bodyBytesMax: 99 })).toMatchObject({
    text: "x".repeat(99),
    isWhole: false,
  });
});

const raw =
  (text: string): Say =>
  (socket) =>
    socket.end(text);

// Reaches headBytesMax.
test.each<[string, Say]>([
  ["a body that ends before its length", raw("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc")],
  ["a chunk that ends early", raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nabc")],
  ["a chunk without a size", raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n")],
  ["two lengths", raw("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 5\r\n\r\nabcde")],
  ["another protocol", raw("SSH-2.0-OpenSSH\r\n")],
  ["nothing at all", raw("")],
  ["headers without an end", endless("HTTP/1.1 200 OK\r\nx: ", "x".repeat(65_536))],
  ["headers without number", endless("HTTP/1.1 200 OK\r\n", "x: y\r\n".repeat(1_000))],
  ["what is no gzip", answer("plain", { "content-encoding": "gzip" })],
  ["a gzip that ends early", answer(gzipSync("packed ".repeat(1_000)).subarray(0, 30), { "content-encoding": "gzip" })],
  ["what is no Brotli", answer("plain plain plain", { "content-encoding": "br" })],
  ["a compression that nobody asked for", answer("x", { "content-encoding": "zstd" })],
  ["a change of protocol", raw("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n")],
])("%s is a fault that says so, and leaves no connection", async (_, say) => {
  await using server = await serve(say);
  await expect(fetched(`http://a.example:${server.port}/`)).rejects.toMatchObject(ended);
  await server.idle();
});

test("a server that is silent, or drips, is left when the time is over", async () => {
  for (const head of ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\n\r\nx"]) {
    const clock = new FakeClock();
    const asked = Promise.withResolvers<void>();
    await using server = await serve((socket) => {
      socket.write(head);
      asked.resolve();
    });
    const outcome = fetched(`http://a.example:${server.port}/`, { clock }).catch((thrown: unknown) => thrown);
    await asked.promise;
    await clock.advance(limits.timeoutMs - 1);
    await clock.advance(1);
    expect(await outcome).toMatchObject({
      kind: "unavailable",
      code: "egress-guard/too-slow",
      message: expect.stringMatching(/within 30 s/),
    });
    await server.idle();
    expect(clock.sleeping).toBe(0);
  }
});

test("a resolver that never answers is left when the time is over, or at an abort", async () => {
  const clock: Clock & FakeClock = new FakeClock();
  const resolve = () => new Promise<never>(() => {});
  const outcome = fetched("http://a.example/", { clock, resolve }).catch((thrown: unknown) => thrown);
  await clock.advance(limits.timeoutMs);
  expect(await outcome).toMatchObject({ code: "egress-guard/too-slow" });
  const stop = new AbortController();
  const stopped = fetched("http://a.example/", { resolve }, { signal: stop.signal }).catch((thrown: unknown) => thrown);
  stop.abort();
  expect(await stopped).toMatchObject({ kind: "cancelled", code: "egress-guard/cancelled" });
});

test("an abort ends the request at any stage, and the connection with it", async () => {
  const cancelled = { kind: "cancelled", code: "egress-guard/cancelled" };
  await expect(fetched("http://a.example/", {}, { signal: AbortSignal.abort() })).rejects.toMatchObject(cancelled);
  for (const head of ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\n\r\nx"]) {
    const asked = Promise.withResolvers<void>();
    await using server = await serve((socket) => {
      socket.write(head);
      asked.resolve();
    });
    const stop = new AbortController();
    const outcome = fetched(`http://a.example:${server.port}/`, {}, { signal: stop.signal }).catch((thrown: unknown) => thrown);
    await asked.promise;
    stop.abort();
    expect(await outcome).toMatchObject(cancelled);
    await server.idle();
  }
});

test("disposing an answer that was not read ends its connection", async () => {
  const clock = new FakeClock();
  await using server = await serve(endless("HTTP/1.1 200 OK\r\n\r\n", new Uint8Array(65_536)));
  const got = await guardOf({ clock }).get(`http://a.example:${server.port}/`, request());
  got[Symbol.dispose]();
  await server.idle();
  expect(clock.sleeping).toBe(0);
});

test("a proxy of the environment is not asked", async () => {
  await using proxy = await serve(answer("proxied"));
  await using server = await serve(answer("direct"));
  const before = process.env.http_proxy;
  process.env.http_proxy = `http://127.0.0.2:${proxy.port}`;
  try {
    expect((await fetched(`http://a.example:${server.port}/`)).text).toBe("direct");
    expect(proxy.connections()).toBe(0);
  } finally {
    if (before === undefined) delete process.env.http_proxy;
    else process.env.http_proxy = before;
  }
});

test("a URL for another server is checked without a request", async () => {
  const { signal } = new AbortController();
  const checked = (url: string, answers = ["1.1.1.1"]) =>
    guardOf({ resolve: async () => answers }).check(url, { signal, timeoutMs: 5_000 });
  expect(await checked("HTTPS://A.example:443/x")).toBe("https://a.example/x");
  for (const url of ["http://192.168.1.1/", "http://0x7f.1/", "file:///etc/passwd"])
    await expect(checked(url)).rejects.toMatchObject({ code: expect.stringMatching(/forbidden|bad-url/) });
  await expect(checked("http://router.example/", ["192.168.1.1"])).rejects.toMatchObject({
    kind: "denied",
    code: "egress-guard/forbidden",
  });
});

test("an address that takes the connection and never finishes the handshake gives way to the next", async () => {
  const clock = new FakeClock();
  await using safe = await startLoopback(answer("second"), { isSecure: true, address: "127.0.0.3" });
  await using silent = await startLoopback(() => {}, { port: safe.port });
  const fetching = fetched(`https://pinned.example:${safe.port}/`, { clock, resolve: async () => ["127.0.0.2", "127.0.0.3"] });
  await clock.untilSleeping(2);
  await clock.advance(5_000);
  expect((await fetching).text).toBe("second");
  await silent.idle();
});

test("a server that breaks its connection while nobody reads, or after a redirect, ends nothing but its own answer", async () => {
  await using server = await serve((socket, head) => {
    socket.write(
      head.startsWith("GET /2")
        ? "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc"
        : "HTTP/1.1 302 Found\r\nlocation: /2\r\ncontent-length: 9\r\n\r\n",
    );
    setImmediate(() => socket.resetAndDestroy());
  });
  const got = await guardOf()
    .get(`http://a.example:${server.port}/`, request())
    .catch((thrown: unknown) => thrown);
  await server.idle();
  if (got instanceof Error) expect(got).toMatchObject(ended);
  else await expect((got as { body(): Promise<unknown> }).body()).rejects.toMatchObject(ended);
});

test("an abort ends the connection of an answer that nobody reads or disposes", async () => {
  await using server = await serve((socket) => socket.write("HTTP/1.1 200 OK\r\n\r\nx"));
  const stop = new AbortController();
  await guardOf().get(`http://a.example:${server.port}/`, request({ signal: stop.signal }));
  stop.abort();
  await server.idle();
});

test("headers of 48 KB, as some sites have them, are read", async () => {
  await using server = await serve(answer("fine", { "content-security-policy": "x".repeat(48_000) }));
  expect((await fetched(`http://a.example:${server.port}/`)).text).toBe("fine");
});
