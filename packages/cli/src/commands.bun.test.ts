import { join } from "node:path";
import { allOps } from "@dispatch/transport-contract";
import { expect, test } from "vitest";
import { closedPort, repository, runCommand } from "./process.fixture.ts";
import { type Answers, json, refusal, serve } from "./server.fixture.ts";

const id = "3f2a9c01-1111-4222-8333-444455556666";
const meta = (over: object) => ({
  createdAt: 0,
  status: "idle",
  workspaceId: "default",
  title: "Plans",
  lastActivityAt: Date.now(),
  ...over,
});

/** Runs the client against a server with these answers. */
async function against(answers: Answers, ...words: string[]) {
  using server = serve(answers);
  const ended = await runCommand([...words, "--server", server.url]);
  return { ...ended, asked: server.asked };
}

test("models prints one name a line", async () => {
  const { stdout, stderr, exitCode } = await against({ "GET /models": () => json({ models: ["a/x", "b/y/z"], modelInfo: {} }) }, "models");
  expect([stdout, stderr, exitCode]).toEqual(["a/x\nb/y/z\n", "", 0]);
});

test("find-local prints what was found with its models, and what was not", async () => {
  const found = [{ credential: "ollama", baseUrl: "http://127.0.0.1:11434/v1", models: ["ollama/llama"] }];
  const { stdout, exitCode } = await against(
    { "POST /models/local": () => json({ found, missing: ["llamacpp", "lmstudio"] }) },
    "find-local",
  );
  expect([stdout, exitCode]).toEqual(["ollama | http://127.0.0.1:11434/v1 | 1 model\n  ollama/llama\nnot found: llamacpp, lmstudio\n", 0]);
});

test("list prints short id, title and age, and asks for active and idle conversations", async () => {
  const conversations = [meta({ id }), meta({ id: "old", title: "two\nlines", lastActivityAt: Date.UTC(2020, 0, 2) })];
  const { stdout, exitCode, asked } = await against({ "GET /conversations": () => json({ conversations }) }, "list", "3f", "-w", "home");
  expect([stdout, exitCode]).toEqual(["3f2a9c01 | Plans | just now\nold | two lines | 2020-01-02\n", 0]);
  expect(asked.map(({ query }) => query)).toEqual([{ q: "3f", status: "active,idle", workspaceId: "home" }]);
});

test("list --all drops the filter, --status replaces it, and no conversation is no line", async () => {
  const answers = { "GET /conversations": () => json({ conversations: [] }) };
  const all = await against(answers, "list", "--all");
  expect([all.stdout, all.asked[0]?.query]).toEqual(["", {}]);
  expect((await against(answers, "list", "--status", "closed,queued")).asked[0]?.query).toEqual({ status: "closed,queued" });
  expect(await against(answers, "list", "--status", "closed", "--all")).toMatchObject({ exitCode: 2, asked: [] });
});

test("workspaces prints id, star, title, how many conversations and age", async () => {
  const blank = { defaultCwd: null, defaultComputerId: null, createdAt: 0 };
  const workspaces = [
    { ...blank, id: "home", title: "My\nhome", starred: true, lastActivityAt: Date.now(), conversationCount: 1 },
    { ...blank, id: "default", title: "default", starred: false, lastActivityAt: 0, conversationCount: 0 },
  ];
  const { stdout, exitCode } = await against({ "GET /workspaces": () => json({ workspaces }) }, "workspaces");
  expect([stdout, exitCode]).toEqual(["home ★ | My home | 1 conversation | just now\ndefault | default | 0 conversations | never\n", 0]);
});

test("lsp prints a line a server with its state, and why it does not run", async () => {
  const server = { name: "TypeScript", root: "/p", extensions: [".ts"], state: "connected", configSource: "built-in" };
  const servers = [
    { ...server, id: "typescript" },
    { ...server, id: "x", name: "my\nown", state: "not-started", error: "not trusted" },
  ];
  const answering = (answer: object) => ({ [`GET /conversations/${id}/lsp`]: () => json({ conversationId: id, ...answer }) });
  const { stdout, exitCode } = await against(answering({ cwd: "/p", servers }), "lsp", id);
  expect([stdout, exitCode]).toEqual(["TypeScript | connected | /p\nmy own | not-started | /p\n  not trusted\n", 0]);
  expect((await against(answering({ cwd: null, servers: [] }), "lsp", id)).stdout).toBe("The conversation has no folder of its own.\n");
});

// Reaches queryCharsMax of limits.ts.
test("search prints a conversation once, its hits below it with what matched, and says what is not indexed yet", async () => {
  const hit = { conversationId: id, title: "Plans", workspaceId: "default", status: "idle", lastActivityAt: Date.now(), kind: "text" };
  const results = [
    { ...hit, seq: 3, role: "user", messageId: "m", snippet: "a\nneedle in hay", matches: [{ start: 2, end: 8 }] },
    {
      ...hit,
      seq: 4,
      role: "assistant",
      messageId: "n",
      snippet: "hay",
      matches: [
        { start: 90, end: 2 },
        { start: 0, end: 1e9 },
      ],
    },
    { ...hit, conversationId: "other", title: "A needle", kind: "title", seq: 0, snippet: "A needle", matches: [] },
  ];
  const answers = (answer: object) => ({ "GET /search": () => json({ results: [], indexing: false, ...answer }) });
  const found = await against(answers({ results }), "search", "needle", "in hay", "--limit", "5", "-w", "home");
  expect(found).toMatchObject({
    stdout: "3f2a9c01 | Plans | just now\n  user: a needle in hay\n  assistant: hay\nother | A needle | just now\n",
    stderr: "",
    exitCode: 0,
  });
  expect(found.asked[0]?.query).toEqual({ q: "needle in hay", limit: "5", workspaceId: "home" });
  expect(await against(answers({}), "search", "x")).toMatchObject({ stdout: "", stderr: "Nothing found.\n", exitCode: 0 });
  expect((await against(answers({ indexing: true, progress: 0.456 }), "search", "x")).stderr).toMatch(/^Still indexing \(45%\)/);
  expect(JSON.parse((await against(answers({ results }), "search", "x", "--json")).stdout)).toEqual({ results, indexing: false });
  for (const words of [["search"], ["search", "  "], ["search", "a".repeat(501)], ["search", "x", "--limit", "0"]])
    expect(await against({}, ...words), words.join(" ")).toMatchObject({ exitCode: 2, asked: [], stdout: "" });
});

// Reaches queuedCharsMax.
test("queue lists what waits, and cancel takes out what the beginning of an id names", async () => {
  const waiting = [
    { id: "aaaa1111-2222", text: "first\nmessage", queuedAt: Date.now() },
    { id: "aaab1111-2222", text: "x".repeat(300), queuedAt: 0 },
  ];
  const answers = {
    [`GET /conversations/${id}/queue`]: () => json({ conversationId: id, queue: waiting }),
    [`DELETE /conversations/${id}/queue/aaaa1111-2222`]: () => json({ conversationId: id, cancelled: true, queue: [waiting[1]] }),
  };
  const listed = await against(answers, "queue", id);
  expect([listed.stdout, listed.exitCode]).toEqual([
    `aaaa1111 | first message | just now\naaab1111 | ${"x".repeat(100)}… | 1970-01-01\n`,
    0,
  ]);
  expect(await against(answers, "cancel", id, "aaaa")).toMatchObject({ stdout: "Cancelled (1 waiting).\n", exitCode: 0 });
  expect(await against(answers, "cancel", id, "aaa")).toMatchObject({ exitCode: 2, asked: { length: 1 } });
  expect(await against(answers, "cancel", id, "b")).toMatchObject({ exitCode: 4, asked: { length: 1 } });
  expect(await against(answers, "cancel", id)).toMatchObject({ exitCode: 2, asked: [] });
});

test("throughput prints a line a model, by default of today", async () => {
  const models = [{ model: "a/x", tokensPerSecond: 45.678, totalOutputTokens: 1, totalGenMs: 2, turns: 3 }];
  const answers = { "GET /metrics/throughput": () => json({ period: "day", date: "d", start: 0, end: 1, models }) };
  const day = await against(answers, "throughput");
  expect([day.stdout, day.exitCode]).toEqual(["a/x | 45.7 tokens/s | 1 token | 3 turns\n", 0]);
  const today = Temporal.Now.plainDateISO().toString();
  expect(day.asked[0]?.query).toEqual({ period: "day", date: today });
  expect((await against(answers, "throughput", "month")).asked[0]?.query).toEqual({ period: "month", date: today.slice(0, 7) });
  expect((await against(answers, "throughput", "week", "2026-11-04")).asked[0]?.query).toEqual({ period: "week", date: "2026-11-04" });
  for (const words of [["year"], ["day", "2026-02-30"], ["month", "2026-11-04"], ["day", "2026-11-04", "x"]])
    expect(await against({}, "throughput", ...words), words.join(" ")).toMatchObject({ exitCode: 2, asked: [] });
});

test("read prints the last reply; an empty one prints nothing", async () => {
  const answer = (content: string) => ({ [`GET /conversations/${id}/last`]: () => json({ conversationId: id, content }) });
  expect(await against(answer("Hello 💥"), "read", id)).toMatchObject({ stdout: "Hello 💥\n", exitCode: 0 });
  expect(await against(answer(""), "read", id)).toMatchObject({ stdout: "", exitCode: 0 });
});

test("read asks again until the turn has settled; with --timeout-ms it asks once and says that the reply is older", async () => {
  const answers = () => {
    let asked = 0;
    return {
      [`GET /conversations/${id}/last`]: () =>
        json(asked++ === 0 ? { conversationId: id, content: "old", settled: false } : { conversationId: id, content: "new" }),
    };
  };
  expect(await against(answers(), "read", id)).toMatchObject({ stdout: "new\n", exitCode: 0, asked: { length: 2 } });
  const once = await against(answers(), "read", id, "--timeout-ms", "5");
  expect(once).toMatchObject({ stdout: "old\n", exitCode: 0, asked: [{ query: { timeoutMs: "5" } }] });
  expect(once.stderr).toContain("this is an older reply");
});

test.each([
  ["stop", true, /^Stopped the turn of .+\n$/],
  ["stop", false, /^Nothing is active in .+\n$/],
  ["close", false, /^Closed .+\n$/],
  ["open", false, /^Asked every client to show .+\n$/],
])("%s prints one line (a turn was running: %s)", async (command, abortedTurn, line) => {
  const answers = { [`POST /conversations/${id}/${command}`]: () => json({ conversationId: id, abortedTurn }) };
  const { stdout, stderr, exitCode } = await against(answers, command, id);
  expect([stderr, exitCode]).toEqual(["", 0]);
  expect(stdout).toMatch(line);
});

test("warm says what was read and how much of it came from the cache", async () => {
  const counts = { inputTokens: 1200, outputTokens: 1, cacheReadTokens: 1140, cacheWriteTokens: 60, cachePct: 95, expectedCacheRate: 95 };
  const { stdout, exitCode, asked } = await against({ "POST /chat/warm": () => json(counts) }, "warm", id, "--model", "a/b");
  expect([stdout, exitCode]).toEqual(["Warmed: 1200 tokens read, 95% of them from the cache, 1 answered.\n", 0]);
  expect(asked).toMatchObject([{ body: { conversationId: id, model: "a/b" } }]);
});

test("the beginning of an id finds its conversation; a whole id wins over longer ones", async () => {
  const found = (...ids: string[]) => ({
    "GET /conversations": () => json({ conversations: ids.map((one) => meta({ id: one })) }),
    "POST /conversations/c1/stop": () => json({ conversationId: "c1", abortedTurn: false }),
    [`POST /conversations/${id}/stop`]: () => json({ conversationId: id, abortedTurn: false }),
  });
  const one = await against(found(id), "stop", "3f2a");
  expect(one.asked.map(({ route, query }) => [route, query])).toEqual([
    ["GET /conversations", { q: "3f2a" }],
    [`POST /conversations/${id}/stop`, {}],
  ]);
  expect(await against(found("c10", "c1"), "stop", "c1")).toMatchObject({ exitCode: 0 });
});

test("an id that fits none is missing, one that fits several lists them, a blank one is refused before anything is asked", async () => {
  const several = { "GET /conversations": () => json({ conversations: [meta({ id }), meta({ id: "3f2b0000-x", title: "Trip" })] }) };
  const ambiguous = await against(several, "read", "3f2");
  expect([ambiguous.exitCode, ambiguous.stdout]).toEqual([2, ""]);
  expect(ambiguous.stderr).toContain("\n  3f2a9c01 Plans\n  3f2b0000 Trip\n");
  expect(await against({ "GET /conversations": () => json({ conversations: [] }) }, "read", "zz")).toMatchObject({
    exitCode: 4,
    stderr: 'Fatal: No conversation\'s id begins with "zz". See dispatch list --all.\n',
  });
  expect(await against({}, "read", " ")).toMatchObject({ exitCode: 2, asked: [] });
});

test.each([
  [400, "invalid", 2],
  [404, "missing", 4],
  [409, "conflict", 5],
  [401, "denied", 6],
  [429, "limited", 7],
  [500, "defect", 1],
  [503, "unavailable", 3],
  [499, "cancelled", 130],
])("an answer with status %i and kind %s exits with %i", async (status, kind, code) => {
  const body = { error: "Do something else.", code: "test/refused", kind, data: { limit: 3 } };
  const answers = { "GET /models": () => refusal(status, body) };
  expect(await against(answers, "models")).toMatchObject({ stdout: "", stderr: "Fatal: Do something else.\n", exitCode: code });
  const asJson = await against(answers, "models", "--json");
  expect([asJson.stdout, JSON.parse(asJson.stderr), asJson.exitCode]).toEqual(["", body, code]);
});

test("a server that speaks an older error body, or none, is judged by its status", async () => {
  expect(await against({ "GET /models": () => refusal(502, { error: "no catalog" }) }, "models")).toMatchObject({
    exitCode: 3,
    stderr: "Fatal: The server answered with status 502: no catalog.\n",
  });
  expect(await against({ "GET /models": () => new Response("<html>", { status: 403 }) }, "models")).toMatchObject({
    exitCode: 6,
    stderr: expect.stringContaining("not as a Dispatch server does. Check --server"),
  });
});

test("another program on the port is told from a Dispatch server", async () => {
  const ended = await against({ "GET /models": () => new Response("<html>hello") }, "models");
  expect(ended.exitCode).toBe(1);
  expect(ended.stderr).toContain("The answer is not one of a Dispatch server");
});

test("without a server the exit code is 3 and the message says how to start one", async () => {
  const port = closedPort();
  const ended = await runCommand(["models"], { env: { BACKEND_PORT: String(port) } });
  expect([ended.exitCode, ended.stdout]).toEqual([3, ""]);
  expect(ended.stderr).toBe(
    `Fatal: No Dispatch server answers at http://127.0.0.1:${port} (the connection was refused). Start one with bin/up, or name another with --server <url>.\n`,
  );
});

test("the port and the token come from the environment, and a proxy of the environment is passed by", async () => {
  using server = serve({ "GET /models": () => json({ models: [] }) });
  const proxy = `http://127.0.0.1:${closedPort()}`;
  const env = { BACKEND_PORT: String(server.port), DISPATCH_TOKEN: "t0ken", HTTP_PROXY: proxy, http_proxy: proxy };
  expect(await runCommand(["models"], { env })).toMatchObject({ exitCode: 0, stderr: "" });
  expect(server.asked.map(({ authorization }) => authorization)).toEqual(["Bearer t0ken"]);
});

test("a token that no header can hold is refused before anything is asked", async () => {
  using server = serve({ "GET /models": () => json({ models: [] }) });
  const env = { BACKEND_PORT: String(server.port), DISPATCH_TOKEN: "two\nlines" };
  expect(await runCommand(["models"], { env })).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("DISPATCH_TOKEN") });
  expect(server.asked).toEqual([]);
});

test("a server that listens on the IPv6 loopback alone is found", async () => {
  const server = Bun.serve({ port: 0, hostname: "::1", fetch: () => json({ models: ["six/x"] }) });
  const ended = await runCommand(["models"], { env: { BACKEND_PORT: String(server.port) } });
  await server.stop(true);
  expect(ended).toMatchObject({ stdout: "six/x\n", exitCode: 0 });
});

test.each([
  [[], 0, "stdout", "dispatch list [prefix]"],
  [["--help"], 0, "stdout", "Exit codes:"],
  [["-h"], 0, "stdout", "Exit codes:"],
  [["send", "--help"], 0, "stdout", "--effort <effort>"],
  [["a/b", "--help"], 0, "stdout", "--show-reasoning"],
  [["lits"], 2, "stderr", 'Did you mean "list"?'],
  [["--txet"], 2, "stderr", "Begin with a command or a model name"],
  [["models", "--sever", "x"], 2, "stderr", "Did you mean --server?"],
  [["models", "extra"], 2, "stderr", 'does not know what to do with "extra"'],
  [["read"], 2, "stderr", "needs <id>"],
  [["read", "../../etc/passwd-and-more-than-32-characters"], 2, "stderr", "conversationId: use 1 to 128 letters"],
  [["models", "--server", "nowhere"], 2, "stderr", "--server needs an http or https address"],
  [["completion", "tcsh"], 2, "stderr", "It takes bash, zsh, fish."],
] as const)("%j exits with %i and says on %s: %s", async (words, exitCode, stream, text) => {
  const ended = await runCommand(words, { env: { BACKEND_PORT: String(closedPort()) } });
  expect(ended.exitCode).toBe(exitCode);
  expect(ended[stream]).toContain(text);
  expect(ended[stream === "stdout" ? "stderr" : "stdout"]).toBe("");
});

test("--version is that of the package", async () => {
  const { version } = await Bun.file(join(repository, "packages/cli/package.json")).json();
  expect(await runCommand(["--version"])).toEqual({ stdout: `dispatch ${version}\n`, stderr: "", exitCode: 0 });
});

const projected = allOps.flatMap((op) => (op.cli === undefined ? [] : [{ op, command: op.cli.command }]));

test.each(projected)("$command --json prints the op's output as the server gave it, unknown fields included", async ({ op, command }) => {
  for (const { input, output } of op.examples as readonly { input: Record<string, unknown>; output: object }[]) {
    const answer = { ...output, fromTheFuture: true };
    const path = op.http.path.replace(/:(\w+)/g, (_, field: string) => String(input[field]));
    const answers = {
      "GET /conversations": () => json({ conversations: [meta({ id: "c1" })] }),
      "GET /conversations/c1/queue": () => json({ conversationId: "c1", queue: [{ id: "m1", text: "x", queuedAt: 0 }] }),
      [`${op.http.method} ${path}`]: () => json(answer),
    };
    const said = (value: unknown) => (typeof value === "object" ? JSON.stringify(value) : String(value));
    const operands = (op.cli?.operands ?? []).flatMap((field) => (input[field] === undefined ? [] : [said(input[field])]));
    const { stdout, stderr, exitCode } = await against(answers, ...command.split(" "), ...operands, "--json");
    expect([JSON.parse(stdout), stderr, exitCode]).toEqual([answer, "", 0]);
  }
});

test("a reader that goes away ends the client quietly", async () => {
  using server = serve({ "GET /models": () => json({ models: Array.from({ length: 50_000 }, (_, n) => `a/model-${n}`) }) });
  const pipeline = Bun.spawn(["sh", "-c", '{ bin/dispatch models --server "$0"; echo "exit $?" >&2; } | head -n 1', server.url], {
    cwd: repository,
    env: { PATH: process.env.PATH },
    stderr: "pipe",
  });
  expect(await Promise.all([pipeline.stdout.text(), pipeline.stderr.text(), pipeline.exited])).toEqual(["a/model-0\n", "exit 0\n", 0]);
});
