import { boot } from "@dispatch/kernel";
import opRegistry from "@dispatch/op-registry";
import { implement, Ops } from "@dispatch/op-registry/contract";
import type { Conversations } from "@dispatch/session-orchestrator/contract";
import { bootOptions, extensionLaws, testExtension } from "@dispatch/testkit";
import { getCwd } from "@dispatch/transport-contract";
import { expect, test } from "vitest";
import { HttpAddress } from "./contract.ts";
import { startedTurn, textDelta, watchOf } from "./conversations.fixture.ts";
import transportHttp from "./index.ts";
import { parseAnswer, rawRequest, rawSocket } from "./raw-socket.fixture.ts";
import { orchestrator, startServer, systemClock } from "./server.fixture.ts";
import { waitingOp } from "./test-ops.fixture.ts";

for (const [law, hold] of Object.entries(extensionLaws)) {
  test(law, () => hold(async () => ({ extension: transportHttp, config: { port: 0 }, others: [opRegistry, orchestrator()] })));
}

const bootWith = (config: object) =>
  boot(
    bootOptions([opRegistry, orchestrator(), transportHttp], { config: { "transport-http": { port: 0, ...config } }, clock: systemClock }),
  );

test("requests wait until every extension is there", async () => {
  let early: Promise<string> | undefined;
  const late = testExtension("late", {
    dependsOn: ["op-registry", "transport-http"],
    async activate(host) {
      const port = Number(new URL(host.use(HttpAddress).url).port);
      early = rawSocket(port, rawRequest("GET", "/conversations/c1/cwd")).closed;
      using denied = rawSocket(port, rawRequest("GET", "/health", ["Host: evil.example"]));
      await denied.closed; // by now the first request has been seen too
      host.contribute(
        Ops,
        implement(getCwd, ({ conversationId }) => ({ conversationId, cwd: null })),
      );
    },
  });
  await using _server = await startServer({ others: [late] });
  expect(parseAnswer((await early) ?? "")).toMatchObject({ status: 200, body: '{"conversationId":"c1","cwd":null}' });
});

test("a port that is taken stops the boot with a sentence that names it and says what to do", async () => {
  await using first = await startServer();
  const second = bootWith({ port: first.port });
  await expect(second).rejects.toMatchObject({
    kind: "conflict",
    message: expect.stringContaining(`Port ${first.port} of 127.0.0.1 is taken`),
  });
  await expect(second).rejects.toThrow("BACKEND_PORT");
  expect((await fetch(`${first.url}/health`)).status).toBe(200);
});

test("an address that others can reach refuses to start without a token, and starts with one", async () => {
  await expect(bootWith({ host: "0.0.0.0" })).rejects.toThrow("DISPATCH_TOKEN");
  await using guarded = await startServer({ config: { host: "0.0.0.0", token: "s3cret" } });
  const ask = (headers: Record<string, string>) => fetch(`http://127.0.0.1:${guarded.port}/openapi.json`, { headers });
  expect((await ask({})).status).toBe(401);
  expect((await ask({ authorization: "Bearer s3cret" })).status).toBe(200);
});

test("an address that is not of this machine stops the boot with a sentence", async () => {
  await expect(bootWith({ host: "203.0.113.9", token: "t" })).rejects.toThrow("DISPATCH_HOST");
});

test("settings are checked, and unknown ones refused with the nearest valid name", async () => {
  for (const wrong of [
    { port: -1 },
    { port: 65_536 },
    { port: "80" },
    { host: "" },
    { token: "" },
    { token: "a b" },
    { allowedHosts: "a" },
  ]) {
    await expect(bootWith(wrong), JSON.stringify(wrong)).rejects.toMatchObject({ kind: "invalid" });
  }
  await expect(bootWith({ allowedOrigin: [] })).rejects.toThrow("allowedOrigins");
});

test("an IPv6 address is served under a URL that works", async () => {
  await using server = await startServer({ config: { host: "::1" } });
  expect(server.url).toBe(`http://[::1]:${server.port}`);
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
});

const submitWith = (submit: Conversations["submit"]) => ({ conversations: { submit } });

test("at the end the port is free, and a stream that was open has ended with a line that says why", async () => {
  const told = [[textDelta("a")]];
  const events = watchOf(async () => told.shift() ?? new Promise<never>(() => {}));
  const server = await startServer(submitWith(async () => ({ conversationId: "c1", turnId: "turn-1", events })));
  using streaming = rawSocket(server.port, rawRequest("POST", "/chat", [], '{"message":"a"}'));
  using idle = rawSocket(server.port, rawRequest("GET", "/health", ["Connection: keep-alive"]));
  await Promise.all([streaming.until("text-delta"), idle.until("true")]);
  await server[Symbol.asyncDispose]();
  expect(await streaming.closed).toContain('"code":"transport-http/stopping","kind":"unavailable"');
  await idle.closed;
  await expect(fetch(`${server.url}/health`)).rejects.toThrow();
  await using again = await startServer({ config: { port: server.port } });
  expect((await fetch(`${again.url}/health`)).status).toBe(200);
});

test("at the end an answer that is nearly there is still given", async () => {
  const { op, called, answer } = waitingOp();
  const server = await startServer({ ops: [op] });
  using socket = rawSocket(server.port, rawRequest("GET", "/wait/a"));
  await called;
  const ended = server[Symbol.asyncDispose]();
  answer();
  expect(await socket.closed).toContain('{"name":"a"}');
  await ended;
});

test("at the end an answer that does not come is not waited for, and its op is told", async () => {
  const { op, called, callerGone } = waitingOp();
  const server = await startServer({ ops: [op] });
  using socket = rawSocket(server.port, rawRequest("GET", "/wait/a"));
  await called;
  await server[Symbol.asyncDispose]();
  await callerGone;
  expect(await socket.closed).toBe("");
});

test("a chat that comes while the server ends never hangs", async () => {
  const submitted = Promise.withResolvers<void>();
  const starting = Promise.withResolvers<void>();
  const server = await startServer(
    submitWith(async (given) => {
      submitted.resolve();
      await starting.promise;
      return startedTurn(given, "turn-1", [["a"]]);
    }),
  );
  using socket = rawSocket(server.port, rawRequest("POST", "/chat", [], '{"message":"a"}'));
  await submitted.promise;
  const ended = server[Symbol.asyncDispose]();
  starting.resolve();
  await ended;
  await socket.closed;
});
