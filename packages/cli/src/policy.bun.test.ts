import { expect, test } from "vitest";
import { runCommand } from "./process.fixture.ts";
import { json, serve } from "./server.fixture.ts";

const rule = {
  id: "c1",
  effect: "allow",
  tool: "run_shell",
  command: "git push",
  exact: true,
  path: "/w",
  reach: "network",
  scope: "conversation",
  createdAt: 1,
  by: "me",
};
const server = { id: "a1", effect: "deny", path: "secret/", scope: "always", createdAt: 1, by: "me" };
const mine = {
  conversationId: "3f2a9c01",
  mode: "workspace-write",
  approval: "ask",
  rules: [server, rule],
  sandbox: { available: false, reason: "No bubblewrap." },
  trusted: false,
};
const record = { id: "3f2a9c01", status: "idle", title: "T", createdAt: 1, lastActivityAt: 1, workspaceId: "default" };
const routes = {
  "GET /conversations": () => json({ conversations: [record] }),
  "GET /conversations/3f2a9c01/policy": () => json(mine),
  "PUT /conversations/3f2a9c01/policy": () => json(mine),
  "GET /policy": () => json({ mode: "full", approval: "auto", rules: [] }),
  "PUT /workspaces/w/policy": () => json({ workspaceId: "w", mode: null, approval: "never", rules: [] }),
  "POST /conversations/3f2a9c01/policy/check": () => json({ decision: "deny", reason: "A rule denies it.", rule: "a1" }),
};

test("policy shows what tools may do: of a conversation by the beginning of its id, and of the server", async () => {
  using api = serve(routes);
  const { stdout, exitCode } = await runCommand(["policy", "3f2", "--server", api.url]);
  expect([stdout.split("\n").map((line) => line.replace(/ {2,}/g, "  ")), exitCode]).toEqual([
    [
      "mode  workspace-write",
      "approval  ask",
      expect.stringMatching(/^sandbox {2}No bubblewrap/),
      "folder  holds programs that nobody trusts: dispatch trust",
      "deny  secret/ | always | a1",
      "allow  run_shell exactly `git push` in /w (network) | conversation | c1",
      "",
    ],
    0,
  ]);

  expect((await runCommand(["policy", "--server", api.url])).stdout).toMatch(/mode +full\napproval +auto\n$/);
});

test("policy sets what its flags say, keeps the rules of its own, and leaves those of others where they are", async () => {
  using api = serve(routes);
  const run = (...words: readonly string[]) => runCommand(["policy", ...words, "--server", api.url]);
  await run("3f2", "--mode", "read-only", "--approval", "");
  await run("3f2", "--rule", "ask", "--command", "git push", "--tool", "run_*");
  await run("3f2", "--drop", "c1");
  await run("--workspace", "w", "--approval", "never");
  expect(api.asked.filter(({ route }) => route.startsWith("PUT")).map(({ body }) => body)).toEqual([
    { mode: "read-only", approval: null },
    { rules: [rule, { effect: "ask", command: "git push", tool: "run_*" }] },
    { rules: [] },
    { approval: "never" },
  ]);
});

test("policy refuses what cannot be meant, and sends nothing", async () => {
  using api = serve(routes);
  for (const [words, code] of [
    [["--mode", "free"], 2],
    [["--tool", "x"], 2],
    [["--rule", "maybe", "--tool", "x"], 2],
    [["3f2", "--workspace", "w"], 2],
    [["3f2", "--drop", "a1"], 4],
  ] as const)
    expect((await runCommand(["policy", ...words, "--server", api.url])).exitCode, words.join(" ")).toBe(code);
  expect(api.asked.filter(({ route }) => !route.startsWith("GET"))).toEqual([]);
});

test("policy-check says what would become of a call", async () => {
  using api = serve(routes);
  const { stdout } = await runCommand(["policy-check", "3f2", "run_shell", '{"command":"rm', 'x"}', "--server", api.url]);
  expect(stdout).toBe("deny | A rule denies it. | a1\n");
  expect(api.asked.at(-1)?.body).toEqual({ tool: "run_shell", input: { command: "rm x" } });
  expect((await runCommand(["policy-check", "3f2", "run_shell", "{", "--server", api.url])).exitCode).toBe(2);
});
