import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { OpRegistry } from "@dispatch/op-registry/contract";
import { textAnswer } from "@dispatch/testkit";
import type { Op } from "@dispatch/transport-contract";
import { rawRequest, rawSocket } from "@dispatch/transport-http/fixture";
import { connectClient } from "@dispatch/transport-ws/fixture";
import { expect, test } from "vitest";
import { type Api, startApi } from "./api.fixture.ts";
import { certificate } from "./certificate.fixture.ts";
import { opRequest } from "./op-request.fixture.ts";
import { startServer } from "./server.ts";

const repository = resolve(import.meta.dirname, "../../..");
const owner = "owner-token-of-the-tests";
const guarded = { DISPATCH_TOKEN: owner };

interface Made {
  readonly token: { readonly id: string; readonly name: string };
  readonly secret: string;
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const ask = (api: Pick<Api, "url">, path: string, token?: string, init: RequestInit = {}) =>
  fetch(`${api.url}${path}`, { ...init, headers: { ...init.headers, ...(token === undefined ? {} : bearer(token)) } });
const send = (api: Pick<Api, "url">, method: string, path: string, body: unknown, token?: string) =>
  ask(api, path, token, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
async function make(api: Api, wish: { readonly name: string; readonly readonly?: boolean; readonly expires?: string }): Promise<Made> {
  const answer = await send(api, "POST", "/tokens", wish, owner);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Made;
}

/** The terminal client in a process of its own. */
async function dispatch(words: readonly string[], env: { readonly [name: string]: string }) {
  const child = Bun.spawn(["sh", join(repository, "bin/dispatch"), ...words], {
    env: { PATH: process.env.PATH ?? "", HOME: tmpdir(), ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, exitCode] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { stdout, stderr, exitCode };
}

test("a token is made by the client, lets it in, is listed without being told, and revoked", async () => {
  await using api = await startApi([], guarded);
  const run = (token: string, ...words: readonly string[]) => dispatch([...words, "--server", api.url], { DISPATCH_TOKEN: token });
  const made = await run(owner, "token", "create", "--name", "phone", "--readonly", "--expires", "30d");
  expect([made.exitCode, made.stdout, made.stderr]).toEqual([
    0,
    expect.stringMatching(/^dispatch_[0-9a-f]{8}_[\w-]{43}\n$/),
    expect.stringMatching(/^Token phone \([0-9a-f]{8}\), read-only, until .* UTC\. It is not shown again\.\n$/),
  ]);
  const secret = made.stdout.trim();
  expect((await run(secret, "models")).exitCode).toBe(0);
  const refused = await run(secret, "token", "create", "--name", "another");
  expect([refused.exitCode, refused.stderr]).toEqual([6, expect.stringContaining("may only read")]);
  const listed = await run(secret, "token", "list");
  expect(listed.stdout).toMatch(/^[0-9a-f]{8} \| phone \| read-only \| until .* \| used .*\n$/);
  expect(listed.stdout).not.toContain(secret);
  expect((await run(owner, "token")).stdout).toBe(listed.stdout);
  expect((await run(owner, "token", "revoke", "phone")).stdout).toMatch(/^Revoked phone \(/);
  expect((await run(secret, "models")).exitCode).toBe(6);
  expect((await run(owner, "token", "create", "--name", "x", "--expires", "soon")).exitCode).toBe(2);
});

test("a read-only token calls every op that reads, and none that does not", async () => {
  await using api = await startApi([], guarded);
  const { secret } = await make(api, { name: "eyes", readonly: true });
  const input = (op: Op) => ({
    ...Object.fromEntries([...op.http.path.matchAll(/:(\w+)/g)].map(([, name = ""]) => [name, "c1"])),
    ...(op.examples[0]?.input as object | undefined),
  });
  const ops = api.kernel
    .use(OpRegistry)
    .all()
    .map(({ op }) => op);
  for (const op of ops) {
    const { path, init } = opRequest(op, input(op));
    const answer = await ask(api, path, secret, { ...init, signal: AbortSignal.timeout(10_000) });
    const body = await answer.text();
    const refused = answer.status === 403 && body.includes("op-registry/read-only");
    expect([op.id, refused], body.slice(0, 200)).toEqual([op.id, op.intent !== "read"]);
  }
  expect(ops.filter(({ intent }) => intent !== "read").length).toBeGreaterThan(30);
  const chat = await send(api, "POST", "/chat", { message: "Hi", conversationId: "c1" }, secret);
  expect([chat.status, await chat.json()]).toEqual([403, expect.objectContaining({ kind: "denied", code: "transport-http/read-only" })]);
  expect(await (await ask(api, "/conversations/c1", owner)).json()).toMatchObject({ chunks: [] });
});

test("over a socket a read-only token watches, and changes nothing, on both ports", async () => {
  await using api = await startApi([textAnswer(["Hello."])], guarded);
  const { secret } = await make(api, { name: "eyes", readonly: true });
  for (const url of [`${api.socketUrl}/?token=${secret}`, `${api.url.replace(/^http/, "ws")}/ws?token=${secret}`]) {
    using client = await connectClient(url);
    client.send({ type: "chat.send", conversationId: "c1", message: "Hi" });
    expect(await client.next("chat.error")).toMatchObject({ conversationId: "c1", message: expect.stringContaining("may only read") });
    client.send({ type: "chat.queue", conversationId: "c1", text: "Hi" });
    expect(await client.next("chat.error")).toMatchObject({ conversationId: "c1" });
    client.send({ type: "invoke", surfaceId: "message-queue", actionId: "cancel", payload: {} });
    expect(await client.next("error")).toMatchObject({ surfaceId: "message-queue" });
  }
  expect(api.model.requests).toHaveLength(0);
  using watcher = await connectClient(`${api.socketUrl}/?token=${secret}`);
  watcher.send({ type: "chat.subscribe", conversationId: "c2" });
  await (await send(api, "POST", "/chat", { message: "Hi", conversationId: "c2" }, owner)).text();
  await watcher.untilEvent("turn-sealed");
});

test("revoking a token closes its sockets, streams and waits at once, and nobody else's", async () => {
  await using api = await startApi([{ chunks: [], stall: true }] as never, guarded);
  const phone = await make(api, { name: "phone" });
  const laptop = await make(api, { name: "laptop" });
  const closed = (token: string, url: string) => {
    const socket = new WebSocket(`${url}?token=${token}`);
    const opened = Promise.withResolvers<void>();
    const over = Promise.withResolvers<number>();
    socket.onopen = () => opened.resolve();
    socket.onclose = ({ code }) => over.resolve(code);
    return { socket, opened: opened.promise, over: over.promise };
  };
  const sockets = [closed(phone.secret, api.socketUrl), closed(phone.secret, `${api.url.replace(/^http/, "ws")}/ws`)];
  const other = closed(laptop.secret, api.socketUrl);
  await Promise.all([...sockets, other].map(({ opened }) => opened));
  const stream = await send(api, "POST", "/chat", { message: "Hi", conversationId: "c1" }, phone.secret);
  const wait = ask(api, "/conversations/c1/last?timeoutMs=60000", phone.secret);
  expect((await ask(api, `/tokens/${phone.token.id}`, laptop.secret, { method: "DELETE" })).status).toBe(200);
  expect(await Promise.all(sockets.map(({ over }) => over))).toEqual([1008, 1008]);
  const lines = (await stream.text()).trim().split("\n");
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ type: "error", code: "transport-http/token-ended" });
  expect((await wait).status).not.toBe(200);
  expect((await ask(api, "/models", phone.secret)).status).toBe(401);
  expect(other.socket.readyState).toBe(WebSocket.OPEN);
  expect((await ask(api, "/models", laptop.secret)).status).toBe(200);
  expect(await (await ask(api, "/conversations/c1/status", owner)).json()).toMatchObject({ isActive: true });
  await send(api, "POST", "/conversations/c1/stop", {}, owner);
  other.socket.close();
});

test("a server that needs no token still refuses one of ours that counts no more, and heeds one that may only read", async () => {
  await using api = await startApi([]);
  const answer = await send(api, "POST", "/tokens", { name: "eyes", readonly: true });
  const { secret } = (await answer.json()) as Made;
  expect((await send(api, "PUT", "/conversations/c1/title", { title: "x" }, secret)).status).toBe(403);
  await send(api, "DELETE", "/tokens/eyes", {});
  expect((await ask(api, "/models", secret)).status).toBe(401);
  expect((await ask(api, "/models", "another-servers-token")).status).toBe(200);
  expect((await ask(api, "/models")).status).toBe(200);
});

test("who changed what, and from where, is in the audit log, without secrets", async () => {
  await using api = await startApi([textAnswer(["Hello."])], guarded);
  const { secret } = await make(api, { name: "phone" });
  await (await send(api, "POST", "/chat", { message: `my key is ${owner}`, conversationId: "c1" }, secret)).text();
  await send(api, "PUT", "/conversations/c1/title", { title: "A title" }, secret);
  using client = await connectClient(`${api.socketUrl}/?token=${secret}`);
  client.send({ type: "chat.queue.cancel", conversationId: "c1", messageId: "m1" });
  await ask(api, "/tokens/nobody", secret, { method: "DELETE" });
  await ask(api, "/models", secret);
  const read = async () => (await (await ask(api, "/audit", owner)).json()) as { entries: readonly { [field: string]: unknown }[] };
  await expect.poll(async () => (await read()).entries.length).toBe(5);
  const { entries } = await read();
  const text = JSON.stringify(entries);
  for (const hidden of [owner, secret]) expect(text).not.toContain(hidden);
  expect(entries.map(({ what }) => what).sort()).toEqual(["chat.queue-cancel", "chat.send", "title.set", "tokens.create", "tokens.revoke"]);
  expect(entries.find(({ what }) => what === "title.set")).toMatchObject({
    who: "phone",
    via: "http",
    address: "127.0.0.1",
    outcome: "done",
  });
  expect(entries.find(({ what }) => what === "chat.queue-cancel")).toMatchObject({ who: "phone", via: "ws", address: "127.0.0.1" });
  expect(entries.find(({ what }) => what === "tokens.revoke")).toMatchObject({ outcome: "access-tokens/unknown-token" });
  expect(entries.find(({ what }) => what === "tokens.create")).toMatchObject({ who: "token" });
  const shown = await dispatch(["audit", "--what", "title", "--server", api.url], { DISPATCH_TOKEN: owner });
  expect(shown.stdout).toMatch(/^\d{4}-.*Z title\.set \| phone by http from 127\.0\.0\.1 \| done \| .*A title.*\n$/);
  await api.restart();
  await expect.poll(async () => (await read()).entries.length).toBe(5);
});

/** One request from another address of this machine; gives its status. */
async function statusFrom(address: string, url: string, token: string): Promise<number> {
  const { hostname, port } = new URL(url);
  const { promise, resolve: done, reject } = Promise.withResolvers<number>();
  const socket = connect({ host: hostname, port: Number(port), localAddress: address });
  socket.on("error", reject);
  socket.on("data", (data) => {
    done(Number(/^HTTP\/1\.1 (\d+)/.exec(data.toString())?.[1]));
    socket.destroy();
  });
  socket.write(`GET /models HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  return promise;
}

test("whoever guesses tokens waits, and the right token from elsewhere does not", async () => {
  await using api = await startApi([], guarded);
  const { secret } = await make(api, { name: "phone" });
  const statuses: number[] = [];
  for (let n = 0; n < 14; n += 1) statuses.push((await ask(api, "/models", `guess-${n}`)).status);
  expect(statuses.slice(0, 11)).toEqual(Array.from({ length: 11 }, () => 401));
  expect(statuses.slice(11)).toEqual([429, 429, 429]);
  const held = await ask(api, "/models", owner);
  expect([held.status, Number(held.headers.get("retry-after"))]).toEqual([429, 1]);
  expect((await ask(api, `/models`, `dispatch_00000000_${"A".repeat(43)}`)).status).toBe(429);
  expect(await statusFrom("127.0.0.2", api.url, owner)).toBe(200);
  expect(await statusFrom("127.0.0.2", api.url, secret)).toBe(200);
  // A forged sender moves nobody out of the way, and into none.
  expect((await ask(api, "/models", owner, { headers: { "x-forwarded-for": "127.0.0.9" } })).status).toBe(429);
  expect((await ask(api, "/health")).status).toBe(200);
  await expect.poll(async () => (await ask(api, "/models", owner)).status, { timeout: 5_000 }).toBe(200);
});

const addressOf = async (api: Api): Promise<unknown> => {
  const { entries } = (await (await ask(api, "/audit?what=title&limit=1", owner)).json()) as { entries: readonly { address: unknown }[] };
  return entries[0]?.address;
};
const titled = (api: Api, headers: { readonly [name: string]: string }) =>
  ask(api, "/conversations/c1/title", owner, { method: "PUT", headers, body: '{"title":"x"}' });

test("where a request came from is told by trusted proxies alone", async () => {
  await using plain = await startApi([], guarded);
  await titled(plain, { "x-forwarded-for": "203.0.113.7" });
  expect(await addressOf(plain)).toBe("127.0.0.1");
  await using api = await startApi([], { ...guarded, DISPATCH_TRUSTED_PROXIES: "127.0.0.1, 10.0.0.0/8" });
  const cases: readonly (readonly [forwarded: string, address: string])[] = [
    ["203.0.113.7", "203.0.113.7"],
    ["198.51.100.1, 203.0.113.7", "203.0.113.7"],
    ["203.0.113.7, 10.1.2.3", "203.0.113.7"],
    ["203.0.113.7:4711, 10.1.2.3:80", "203.0.113.7"],
    ["[2001:db8::1]:80", "2001:db8::1"],
    ["10.9.9.9", "10.9.9.9"],
    ["nonsense", "127.0.0.1"],
    ["203.0.113.7, nonsense", "127.0.0.1"],
    ["", "127.0.0.1"],
    [`${"1.1.1.1,".repeat(500)}203.0.113.7`, "203.0.113.7"],
  ];
  for (const [forwarded, address] of cases) {
    await titled(api, { "x-forwarded-for": forwarded });
    expect([forwarded.slice(-40), await addressOf(api)]).toEqual([forwarded.slice(-40), address]);
  }
});

test("behind a proxy that speaks TLS, a page of the same name without it is another's", async () => {
  await using api = await startApi([], { ...guarded, DISPATCH_TRUSTED_PROXIES: "127.0.0.1", DISPATCH_ALLOWED_HOSTS: "dispatch.example" });
  const from = (origin: string, proto: string) =>
    ask(api, "/models", owner, { headers: { host: "dispatch.example", origin, "x-forwarded-proto": proto } }).then(({ status }) => status);
  expect(await from("https://dispatch.example", "https")).toBe(200);
  expect(await from("http://dispatch.example", "https")).toBe(403);
  expect(await from("http://dispatch.example", "http")).toBe(200);
});

test("a header that holds another one, or comes twice, lets nobody in", async () => {
  await using api = await startApi([], guarded);
  const port = Number(new URL(api.url).port);
  const statusOf = async (...headers: readonly string[]) => {
    using socket = rawSocket(port, rawRequest("GET", "/models", [...headers, "Connection: close"]));
    return Number(/^HTTP\/1\.1 (\d+)/.exec(await socket.closed)?.[1] ?? 0);
  };
  expect(await statusOf(`Authorization: Bearer ${owner}`)).toBe(200);
  for (const headers of [
    ["Authorization: Bearer wrong", `Authorization: Bearer ${owner}`],
    [`X-A: b\rAuthorization: Bearer ${owner}`],
    [`X-A: b\nX-Authorization: Bearer ${owner}`],
    [`Authorization:\tBearer\u00a0${owner}`],
    [`Cookie: token=${owner}`],
    [`X-Forwarded-Authorization: Bearer ${owner}`],
  ]) {
    expect(await statusOf(...headers), headers.join(" / ")).not.toBe(200);
  }
});

test("every answer has the security headers, and none sets a cookie", async () => {
  await using api = await startApi([textAnswer(["Hello."])], guarded);
  const asked: readonly Promise<Response>[] = [
    ask(api, "/health"),
    ask(api, "/models", owner),
    ask(api, "/models"),
    ask(api, "/nowhere", owner),
    ask(api, "/metrics", owner),
    ask(api, "/models", owner, { method: "POST" }),
    ask(api, "/models", owner, { method: "OPTIONS" }),
    ask(api, "/ws", owner),
    fetch(api.socketUrl.replace(/^ws/, "http"), { headers: bearer(owner) }),
    ask(api, "/models", owner, { headers: { host: "evil.example" } }),
    ask(api, "/models", owner, { headers: { origin: "https://evil.example" } }),
    send(api, "POST", "/chat", { message: "Hi" }, owner),
  ];
  const statuses: number[] = [];
  for (const answer of await Promise.all(asked)) {
    statuses.push(answer.status);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "x-frame-options": "DENY",
      "cross-origin-resource-policy": "same-site",
      "content-security-policy": expect.stringContaining("default-src 'none'"),
    });
    expect(answer.headers.get("set-cookie")).toBeNull();
    await answer.text();
  }
  expect(statuses).toEqual([200, 200, 401, 404, 200, 405, 204, 426, 426, 403, 403, 200]);
});

test("sockets are guessed at no faster, on either port", async () => {
  await using api = await startApi([], guarded);
  const upgrade = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"];
  const statusAt = async (url: string, token: string) => {
    using socket = rawSocket(Number(new URL(url).port), rawRequest("GET", `/ws?token=${token}`, upgrade));
    return Number(/^HTTP\/1\.1 (\d+)/.exec(await socket.until("\r\n\r\n"))?.[1]);
  };
  const statuses: number[] = [];
  for (let n = 0; n < 7; n += 1) for (const url of [api.url, api.socketUrl]) statuses.push(await statusAt(url, `guess-${n}`));
  expect(statuses).toEqual([...Array.from({ length: 11 }, () => 401), 429, 429, 429]);
  expect(await statusAt(api.socketUrl, owner)).toBe(429);
});

test("with a certificate both ports speak TLS, the client too, and nothing answers without", async () => {
  await using made = await certificate();
  await using api = await startApi([textAnswer(["Hello."])], { ...guarded, DISPATCH_TLS_CERT: made.cert, DISPATCH_TLS_KEY: made.key });
  expect([new URL(api.url).protocol, new URL(api.socketUrl).protocol]).toEqual(["https:", "wss:"]);
  const ca = await Bun.file(made.cert).text();
  expect((await fetch(`${api.url}/models`, { headers: bearer(owner), tls: { ca } })).status).toBe(200);
  await expect(fetch(`${api.url}/health`)).rejects.toThrow();
  await expect(fetch(`${api.url.replace("https", "http")}/health`)).rejects.toThrow();
  const socket = new WebSocket(`${api.socketUrl}?token=${owner}`, { tls: { ca } } as never);
  const { promise, resolve: first, reject } = Promise.withResolvers<string>();
  socket.onmessage = ({ data }) => first(String(data));
  socket.onerror = () => reject(new Error("no socket"));
  expect(JSON.parse(await promise)).toMatchObject({ type: "catalog" });
  socket.close();
  const env = { DISPATCH_TOKEN: owner, DISPATCH_SERVER: api.url, NODE_EXTRA_CA_CERTS: made.cert };
  expect(await dispatch(["chat", "--text", "Hi"], env)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("Hello."),
  });
  const unknown = await dispatch(["models", "--server", api.url], { DISPATCH_TOKEN: owner });
  expect([unknown.exitCode, unknown.stderr]).toEqual([3, expect.stringContaining("NODE_EXTRA_CA_CERTS")]);
});

test("a certificate that cannot be used stops the start with a sentence that names its setting, and holds nothing of the key", async () => {
  await using made = await certificate();
  await using other = await certificate();
  const nothing = join(made.folder, "none.pem");
  await writeFile(join(made.folder, "text.pem"), "no certificate");
  const start = (environment: { readonly [name: string]: string }) =>
    startServer({
      environment: { DISPATCH_DB: join(made.folder, "d.db"), DISPATCH_JOURNAL: "/dev/null", DISPATCH_LOG_LEVEL: "error", ...environment },
      cwd: made.folder,
      dotenvPath: nothing,
      port: 0,
      print() {},
      complain() {},
    });
  const cases: readonly (readonly [cert: string, key: string, says: string])[] = [
    [nothing, made.key, "DISPATCH_TLS_CERT"],
    [made.cert, nothing, "DISPATCH_TLS_KEY"],
    [join(made.folder, "text.pem"), made.key, "holds no certificate"],
    [made.cert, made.cert, "holds no private key"],
    [made.cert, other.key, "not the key of the certificate"],
  ];
  const secret = (await Bun.file(made.key).text()).split("\n")[1] ?? expect.fail();
  for (const [DISPATCH_TLS_CERT, DISPATCH_TLS_KEY, says] of cases) {
    const problem = await start({ DISPATCH_TLS_CERT, DISPATCH_TLS_KEY }).then(() => "", String);
    expect(problem).toContain(says);
    expect(problem).not.toContain(secret);
  }
  await expect(start({ DISPATCH_TLS_CERT: made.cert })).rejects.toThrow("DISPATCH_TLS_KEY");
  await expect(start({ DISPATCH_TRUSTED_PROXIES: "127.0.0.1" })).rejects.toThrow("DISPATCH_TOKEN");
  await expect(start({ DISPATCH_TRUSTED_PROXIES: "everyone", DISPATCH_TOKEN: owner })).rejects.toThrow("everyone");
});
