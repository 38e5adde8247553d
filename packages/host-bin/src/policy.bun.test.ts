import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Extensions, type Storage } from "@dispatch/kernel";
import { Sandbox } from "@dispatch/sandbox/contract";
import { openSqliteStorage } from "@dispatch/storage-sqlite";
import { RecordingLog, textAnswer, toolCallAnswer } from "@dispatch/testkit";
import type { Approval, PolicyRule } from "@dispatch/wire";
import { expect, test } from "vitest";
import { type Api, startApi } from "./api.fixture.ts";
import { systemClock } from "./clock.ts";
import { compose } from "./compose.ts";
import { readSettings } from "./settings.ts";

const done = textAnswer(["Done."]);
const call = (name: string, input: object) => toolCallAnswer([{ id: "1", name, arguments: JSON.stringify(input) }]);
const resultOf = (events: Awaited<ReturnType<Api["chat"]>>) => events.find(({ type }) => type === "tool-result");
const hook = { path: ".git/hooks/pre-commit", content: "touch owned" };

/** The question of the conversation, once it is there. */
async function question(api: Api): Promise<Approval> {
  for (;;) {
    const { body } = await api.get<{ approvals: readonly Approval[] }>("/approvals");
    if (body.approvals[0] !== undefined) return body.approvals[0];
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test("a write that git would take orders from waits for a person; their yes for always is a rule for that file, over a restart", async () => {
  await using api = await startApi([call("write_file", hook), done, call("write_file", { ...hook, overwrite: true }), done]);
  await mkdir(join(api.folder, ".git/hooks"), { recursive: true });
  const { events } = await api.begin({ message: "Go", conversationId: "c" });
  const asked = await question(api);
  expect(asked).toMatchObject({
    toolName: "write_file",
    why: "It changes what git or Dispatch take orders from.",
    scopes: ["once", "conversation", "workspace", "always"],
  });
  expect(asked.diff).toContain("+touch owned");
  expect(existsSync(join(api.folder, hook.path))).toBe(false);
  expect(await api.send("POST", `/approvals/${asked.id}/allow`, { scope: "always" })).toMatchObject({ status: 200 });
  expect(resultOf(await events)).toMatchObject({ isError: false });
  await api.restart();
  const { body } = await api.get<{ rules: readonly PolicyRule[] }>("/policy");
  expect(body.rules).toMatchObject([
    { effect: "allow", tool: "write_file", path: join(api.folder, hook.path), exact: true, scope: "always" },
  ]);
  expect(resultOf(await api.chat({ message: "Again", conversationId: "d" }))).toMatchObject({ isError: false });
});

test("what is not permitted is not done, and the model reads why", async () => {
  await using api = await startApi([call("write_file", { path: "a.txt", content: "x" }), done], {
    DISPATCH_POLICY_MODE: "read-only",
    DISPATCH_APPROVAL: "never",
  });
  expect(resultOf(await api.chat({ message: "Go", conversationId: "c" }))).toMatchObject({
    isError: true,
    content: expect.stringMatching(/not permitted\. write_file changes files, and the mode is read-only\. Nobody is to be asked\./),
  });
  expect(existsSync(join(api.folder, "a.txt"))).toBe(false);
});

test("rules are set and read over HTTP, for a conversation, a workspace and the server, and what would become of a call is told", async () => {
  await using api = await startApi([]);
  expect(await api.send("PUT", "/policy", { rules: [{ effect: "deny", command: "rm" }] })).toMatchObject({
    status: 200,
    body: { mode: "workspace-write" },
  });
  expect(await api.send("PUT", "/workspaces/home/policy", { approval: "never" })).toMatchObject({
    body: { workspaceId: "home", mode: null, approval: "never" },
  });
  expect((await api.get("/workspaces/home/policy")).body).toMatchObject({ approval: "never" });
  expect(await api.send("PUT", "/conversations/c/policy", { mode: "full" })).toMatchObject({
    body: { mode: "full", approval: "ask", rules: [{ id: "a1" }] },
  });
  expect((await api.get("/conversations/c/policy")).body).toMatchObject({ conversationId: "c", mode: "full" });
  const check = (command: string) => api.send("POST", "/conversations/c/policy/check", { tool: "run_shell", input: { command } });
  expect((await check("ls; sudo rm x")).body).toEqual({ decision: "deny", reason: "A rule denies it.", rule: "a1" });
  expect((await check("ls")).body).toMatchObject({ decision: "allow" });
  expect(await api.send("PUT", "/policy", { rules: [{ effect: "allow" }] })).toMatchObject({
    status: 400,
    body: { code: "policy/bad-rule" },
  });
  expect(await api.send("PUT", "/policy", { mode: "anything" })).toMatchObject({ status: 400 });
  expect(await api.send("POST", "/conversations/c/policy/check", { tool: "none", input: {} })).toMatchObject({ status: 404 });
});

test("a command cannot change what is outside, nor git's hooks, in the default mode; read-only it changes nothing", async () => {
  await using api = await startApi([
    call("run_shell", { command: "echo x >in.txt; echo x >.git/hooks/pre-push; echo x >/var/tmp/dispatch-policy-escape; true" }),
    done,
    call("run_shell", { command: "echo x >second.txt; true" }),
    done,
  ]);
  // Without a sandbox it would wait for a person instead.
  expect(await api.kernel.use(Sandbox).state()).toMatchObject({ available: true });
  Bun.spawnSync(["git", "init", "--quiet"], { cwd: api.folder });
  await api.chat({ message: "Go", conversationId: "c" });
  const there = () => ["in.txt", ".git/hooks/pre-push", "second.txt"].filter((path) => existsSync(join(api.folder, path)));
  expect([there(), existsSync("/var/tmp/dispatch-policy-escape")]).toEqual([["in.txt"], false]);
  await api.send("PUT", "/conversations/c/policy", { mode: "read-only" });
  await api.chat({ message: "Go", conversationId: "c" });
  expect(there()).toEqual(["in.txt"]);
});

test("a command that asks for the network or to run unconfined gets what a person allows, and no more", async () => {
  const spaces = (more: object) => call("run_shell", { command: "readlink /proc/self/ns/net /proc/self/ns/pid", ...more });
  await using api = await startApi([spaces({}), done, spaces({ network: true }), done, spaces({ unconfined: true }), done]);
  const own = Bun.spawnSync(["readlink", "/proc/self/ns/net", "/proc/self/ns/pid"]).stdout.toString().trim().split("\n");
  const shared = async (isAsked: boolean) => {
    const { events } = await api.begin({ message: "Go", conversationId: "c" });
    if (isAsked) await api.send("POST", `/approvals/${(await question(api)).id}/allow`);
    const { content } = resultOf(await events) as { readonly content: string };
    return own.filter((space) => content.includes(space)).map((space) => space.slice(0, 3));
  };
  expect([await shared(false), await shared(true), await shared(true)]).toEqual([[], ["net"], ["net", "pid"]]);
});

test("the policy stands outside of every other guard of tool calls", async () => {
  await using api = await startApi([]);
  const { order } = api.kernel.use(Extensions).report();
  const at = order.indexOf("policy");
  expect(at).toBeGreaterThan(0);
  for (const guard of ["secrets", "foreign-results", "computers", "lsp", "metrics"])
    expect(order.indexOf(guard), guard).toBeGreaterThan(at);
});

test("a server whose tool calls nothing would guard does not start, and says why", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dispatch-unguarded-"));
  const database = await openSqliteStorage({ path: join(folder, "dispatch.db"), durability: "process" });
  const storage: Storage = {
    open: (owner) => (owner === "approvals" ? Promise.reject(new Error("no such table")) : database.open(owner)),
    [Symbol.asyncDispose]: async () => {},
  };
  const settings = { ...readSettings({}), port: 0, socketPort: 0 };
  const around = { database, storage, clock: systemClock, log: new RecordingLog(), cwd: folder, dataDir: folder };
  try {
    await expect(compose(settings, around)).rejects.toMatchObject({
      code: "host-bin/no-guard",
      message: expect.stringMatching(/approvals: .*no such table.*policy: /),
    });
  } finally {
    await database[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  }
});
