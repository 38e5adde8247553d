import { fault } from "@dispatch/kernel";
import { testExtension } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { type RequestGuard, RequestGuards, type RequestPeer, SocketPorts, Upgrades } from "./contract.ts";
import { startServer } from "./server.fixture.ts";
import { connectSocket } from "./web-socket.fixture.ts";

const peer = () => ({ opened() {}, received() {}, answered() {}, drained() {}, closed() {} });
const no = () => fault("denied", "test/no", "No.");

/** A server with a socket of its own at `/ws` and on a second port, behind guards. */
async function guarded(...guards: readonly RequestGuard[]) {
  let ownUrl = "";
  const owner = testExtension("guards", {
    dependsOn: ["transport-http"],
    activate(host) {
      host.contribute(Upgrades, { path: "/ws", accept: peer });
      const port = host.own(host.use(SocketPorts).open({ port: 0, setting: "PORT", accept: peer }));
      ownUrl = port.url;
      for (const guard of guards) host.contribute(RequestGuards, guard);
    },
  });
  const server = await startServer({ others: [owner] });
  return {
    ...server,
    ownUrl,
    wsUrl: `${server.url.replace(/^http/, "ws")}/ws`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

test("a guard that refuses is asked for every request and upgrade, on both ports, before anything is done", async () => {
  const peers: RequestPeer[] = [];
  await using server = await guarded({
    id: "no",
    refuse(asked) {
      peers.push(asked);
      return no();
    },
  });
  for (const [method, path] of [
    ["GET", "/health"],
    ["POST", "/chat"],
    ["OPTIONS", "/health"],
    ["GET", "/nowhere"],
  ] as const) {
    const answer = await fetch(server.url + path, { method });
    expect([answer.status, await answer.json()], path).toEqual([403, expect.objectContaining({ code: "test/no" })]);
  }
  await expect(connectSocket(server.wsUrl)).rejects.toThrow();
  await expect(connectSocket(server.ownUrl)).rejects.toThrow();
  expect(peers).toHaveLength(6);
  for (const { address, port } of peers) expect([address, port > 0]).toEqual(["127.0.0.1", true]);
});

test("one that says nothing lets all pass, one that says so later is waited for, and each is asked", async () => {
  const asked: string[] = [];
  const quiet = (id: string, later: boolean): RequestGuard => ({
    id,
    refuse() {
      asked.push(id);
      return later ? Promise.resolve(undefined) : undefined;
    },
  });
  await using server = await guarded(quiet("a", false), quiet("b", true), quiet("c", false));
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
  expect(asked).toEqual(["a", "b", "c"]);
});

test("a guard that throws refuses, at once or later, and the next one may refuse after one that lets pass", async () => {
  const broken: readonly RequestGuard["refuse"][] = [
    () => {
      throw no();
    },
    () => Promise.reject(no()),
    () => Promise.reject(new Error("boom")),
  ];
  for (const refuse of broken) {
    await using server = await guarded({ id: "broken", refuse });
    expect((await fetch(`${server.url}/health`)).ok).toBe(false);
  }
  await using server = await guarded({ id: "a", refuse: async () => undefined }, { id: "b", refuse: async () => no() });
  expect((await fetch(`${server.url}/health`)).status).toBe(403);
});
