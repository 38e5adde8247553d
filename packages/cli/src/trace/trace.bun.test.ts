import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTraceStore } from "@dispatch/trace-store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand, type Start } from "../process.fixture.ts";
import { json, refusal, serve } from "../server.fixture.ts";
import { message, smallTurn, startedAt, type TracedFolder, traced } from "./traces.fixture.ts";

const system = "It is 09:15. You help.";
const first = { system, tools: "[]", messages: [message("m1", "user", "Hi")] };
const second = { system, tools: "[]", messages: [message("m1", "user", "Hi"), message("m2", "assistant", "Hello\u001b[2J")] };
const later = { ...second, system: "It is 09:27. You help." };

let folder: TracedFolder;
beforeAll(async () => {
  folder = await traced([
    ...smallTurn("turn-1", [first, second]),
    ...smallTurn("turn-2", [later]),
    {
      kind: "span-close",
      spanId: "failed",
      name: "provider.request",
      extensionId: "turn-trace",
      turnId: "turn-3",
      timestamp: startedAt,
      durationMs: 65_000,
      status: "error",
      attributes: { "error.message": "busy\nand more" },
    },
  ]);
});
afterAll(() => folder[Symbol.asyncDispose]());

const trace = async (words: readonly string[], start: Start = {}) => {
  const { stdout, stderr, exitCode } = await runCommand(["trace", ...words], { cwd: folder.folder, ...start });
  return { stdout, stderr, exitCode };
};
const said = async (words: readonly string[], start: Start = {}) => {
  const { stdout, stderr, exitCode } = await trace(words, start);
  expect([stderr, exitCode]).toEqual(["", 0]);
  return stdout;
};

test("a turn's tree is printed from the database of the current folder, without a server", async () => {
  expect(await said(["turn-1"])).toBe(`- turn 2.3s {model=opencode/scripted, finishReason=stop, usage.inputTokens=7}
  - step 900ms {step=0}
    - prompt 1ms {messageCount=1, toolCount=0} [body 238b]
    - tool-call 20ms {name=grep, toolCallId=t1, isError=false}
  - step 900ms {step=1}
    - prompt 1ms {messageCount=1, toolCount=0} [body 334b]
`);
});

test("the database is --db's, then the operand's, then of DISPATCH_TRACE_DB, then of TRACE_DB_PATH", async () => {
  const nowhere = { DISPATCH_TRACE_DB: "/nowhere/traces.db", TRACE_DB_PATH: "/nowhere/else.db" };
  const cwd = tmpdir();
  for (const [words, env] of [
    [["turn-2", "--db", folder.db], nowhere],
    [["turn-2", folder.db], nowhere],
    [["turn-2"], { ...nowhere, DISPATCH_TRACE_DB: folder.db }],
    [["turn-2"], { TRACE_DB_PATH: folder.db, DISPATCH_TRACE_DB: "" }],
  ] as const)
    expect(await said(words, { cwd, env })).toContain("- turn 2.3s");
});

test.each([
  [[], 2, 'Error: "dispatch trace" needs <turnId>, or one of list, slow, errors, show, prompt, diff, export, replay, record'],
  [["turn-1", "a.db", "--db", "b.db"], 2, "Name the database once"],
  [["turn-1", "--db", "/nowhere/traces.db"], 4, "There is no trace database at /nowhere/traces.db"],
  [["show", "no-such-span"], 4, "No span no-such-span"],
  [["prompt", "no-such-turn"], 4, "No prompt of the turn no-such-turn"],
  [["prompt", "turn-1", "--step", "9"], 4, "has no step 9. Its steps are 0, 1."],
  [["prompt", "turn-1", "--step", "-1"], 2, "--step needs a whole number"],
  [["slow", "--since", "yesterday"], 2, "--since needs an age"],
  [["list", "--limit", "-1"], 2, "--limit needs a whole number"],
  [["export"], 2, "trace export --otlp"],
  [["record", "turn-1"], 2, "--out <folder>"],
  [["lists"], 0, ""],
] as const)("trace %j exits with %i", async (words, exitCode, why) => {
  const ended = await trace(words);
  expect([ended.exitCode, ended.stdout]).toEqual([exitCode, ""]);
  expect(ended.stderr).toContain(why);
});

test("turns are listed with the newest first, and as JSON", async () => {
  const lines = (await said(["list", "--limit", "2"])).trimEnd().split("\n");
  expect(lines[0]).toMatch(/^turn-\d \| 2\.3s \| c1 \| opencode\/scripted \| stop \| 7 in, 2 out \| /);
  const { turns } = JSON.parse(await said(["list", "--conversation", "c1", "--json"])) as { turns: readonly { turnId: string }[] };
  expect(turns.map(({ turnId }) => turnId).toSorted()).toEqual(["turn-1", "turn-2"]);
  expect(await said(["list", "--conversation", "other"])).toBe("");
});

test("the slowest come first; what failed says why in its one line", async () => {
  expect((await said(["slow", "--limit", "1"])).split(" | ").slice(0, 3)).toEqual(["1m5s", "provider.request", "busy and more"]);
  expect((await said(["slow", "--name", "turn"])).trimEnd().split("\n")).toHaveLength(2);
  expect(await said(["slow", "--since", "1s"])).toBe("");
  const errors = await said(["errors"]);
  expect(errors.trimEnd().split("\n")).toHaveLength(1);
  expect(errors).toMatch(/^1m5s \| provider\.request \| busy and more \| turn-trace \| turn-3 \| failed \| \d{4}-/);
});

test("a span is shown with all its fields, and its body verbatim", async () => {
  const shown = await said(["show", "turn-1-prompt-11", "--body"]);
  expect(shown).toContain("span-close prompt\n");
  expect(shown).toContain("  parentSpanId  turn-1-step-10\n");
  expect(shown).toContain('{"v":1,"system":');
  expect(await said(["show", "turn-1-prompt-11"])).not.toContain('{"v":1');
  const { records } = JSON.parse(await said(["show", "turn-1-prompt-11", "--body", "--json"])) as { records: readonly { body?: string }[] };
  expect(records.map(({ body = "" }) => JSON.parse(body).v)).toEqual([1, 1]);
});

test("a prompt is what the model got, byte for byte in a pipe", async () => {
  expect(await said(["prompt", "turn-1"])).toBe(
    "── system\nIt is 09:15. You help.\n── tools\n[]\n── message 1 user\nHi\n── message 2 assistant\nHello\u001b[2J\n",
  );
  const prompt = JSON.parse(await said(["prompt", "turn-1", "--step", "0", "--json"])) as object;
  expect(prompt).toEqual({ turnId: "turn-1", step: 0, system, tools: [], messages: first.messages.map((text) => JSON.parse(text)) });
});

test("the steps of a turn that was resumed keep their numbers", async () => {
  const resumed = smallTurn("turn-1", [first, second]).map((record) =>
    typeof record.attributes?.step === "number" ? { ...record, attributes: { step: record.attributes.step + 7 } } : record,
  );
  await using own = await traced(resumed);
  const { step, messages } = JSON.parse(await said(["prompt", "turn-1", "--step", "7", "--json"], { cwd: own.folder })) as {
    step: number;
    messages: readonly object[];
  };
  expect([step, messages.length, (await trace(["prompt", "turn-1", "--step", "0"], { cwd: own.folder })).exitCode]).toEqual([7, 1, 4]);
});

test("two prompts part where they do, and the bytes before it are counted", async () => {
  const shown = await said(["diff", "turn-1", "turn-2"]);
  expect(shown).toContain("They differ at the system prompt, character 10.\n");
  expect(shown).toContain("They share the first 9b (9 bytes)");
  expect(shown).toContain('A  "It is 09:‸15. You help."');
  expect(await said(["diff", "turn-1", "turn-1", "--step-a", "0", "--step-b", "1"])).toContain(
    "goes on at message 2 (assistant), chunk 1 (text)",
  );
  expect(JSON.parse(await said(["diff", "turn-1", "turn-1", "--step-b", "1", "--json"]))).toMatchObject({ same: true });
});

test("spans are exported as one OTLP request, without the bodies", async () => {
  const text = await said(["export", "--otlp", "turn-1"]);
  const { resourceSpans } = JSON.parse(text) as {
    resourceSpans: readonly { scopeSpans: readonly { spans: readonly { name: string }[] }[] }[];
  };
  expect(resourceSpans[0]?.scopeSpans[0]?.spans.map(({ name }) => name)).toEqual([
    "invoke_agent dispatch",
    "step",
    "prompt",
    "execute_tool grep",
    "step",
    "prompt",
  ]);
  expect(text).not.toContain("You help");
  expect((JSON.parse(await said(["export", "--otlp"])) as { resourceSpans: object[] }).resourceSpans).toHaveLength(1);
});

test("a writer that has the database open, and writes, keeps nobody from reading", async () => {
  await using own = await traced(smallTurn("turn-1", [first]));
  await using writer = await openTraceStore(own.db);
  writer.insert(smallTurn("turn-9", [later]));
  expect(await said(["list", "--json"], { cwd: own.folder })).toContain("turn-9");
});

test("a turn of fifty thousand spans, each with more text than a line takes, is printed whole", async () => {
  await using own = await traced(
    Array.from({ length: 50_000 }, (_, n) => ({
      kind: "span-close" as const,
      spanId: `s${n}`,
      parentSpanId: `s${Math.floor(n / 2)}`,
      name: "x".repeat(1_000),
      extensionId: "hostile",
      turnId: "huge",
      timestamp: startedAt,
      durationMs: n,
      status: "ok" as const,
    })),
  );
  const lines = (await said(["huge"], { cwd: own.folder })).trimEnd().split("\n");
  expect([lines.length, Math.max(...lines.map((line) => line.length)) < 400]).toEqual([50_000, true]);
});

test("a database that is damaged is told of, and left as it is", async () => {
  const path = join(await mkdtemp(join(tmpdir(), "dispatch-cli-damaged-")), "traces.db");
  await writeFile(path, "not a database ".repeat(1_000));
  const { stderr, exitCode, stdout } = await trace(["list", "--db", path]);
  expect([exitCode, stdout]).toEqual([3, ""]);
  expect(stderr).toContain("damaged");
  expect((await readFile(path, "utf8")).startsWith("not a database")).toBe(true);
  await rm(join(path, ".."), { recursive: true });
});

const replayed = { turnId: "turn-1", same: true, recordedEvents: 12, replayedEvents: 12 };
const parted = { ...replayed, same: false, difference: { line: 3, recorded: '{"type":"done"}', replayed: null } };

test("a replay says whether the same came out; when not, the exit code does too, but for a model that is asked live", async () => {
  using same = serve({ "POST /traces/turn-1/replay": () => json(replayed) });
  expect(await said(["replay", "turn-1", "--server", same.url])).toBe("The same 12 events.\n");
  using other = serve({ "POST /traces/turn-1/replay": () => json(parted) });
  const { stdout, exitCode } = await trace(["replay", "turn-1", "--server", other.url]);
  expect([stdout, exitCode]).toEqual([
    'They part at event 3.\n12 events were recorded, 12 came out.\n  recorded  {"type":"done"}\n  replayed  (the end)\n',
    1,
  ]);
  await said(["replay", "turn-1", "--live-model", "--server", other.url]);
  expect(other.asked.at(-1)?.body).toEqual({ liveModel: true });
  using none = serve({
    "POST /traces/turn-1/replay": () => refusal(404, { error: "No such turn.", code: "trace-replay/no-turn", kind: "missing" }),
  });
  expect((await trace(["replay", "turn-1", "--server", none.url])).exitCode).toBe(4);
});

test("a recording is written to a new folder; nothing is overwritten, and no name leads out of it", async () => {
  const out = join(folder.folder, "recordings", "turn-1");
  using server = serve({ "GET /traces/turn-1/recording": () => json({ turnId: "turn-1", files: [{ name: "turn.json", text: "{}\n" }] }) });
  expect(await said(["record", "turn-1", "--out", "recordings/turn-1", "--server", server.url])).toBe(`${join(out, "turn.json")}\n`);
  expect(await readFile(join(out, "turn.json"), "utf8")).toBe("{}\n");
  expect((await trace(["record", "turn-1", "--out", out, "--server", server.url])).exitCode).toBe(5);
  using hostile = serve({
    "GET /traces/turn-1/recording": () =>
      json({
        turnId: "turn-1",
        files: [
          { name: "ok", text: "" },
          { name: "../evil", text: "" },
        ],
      }),
  });
  const refused = await trace(["record", "turn-1", "--out", "elsewhere", "--server", hostile.url]);
  expect([refused.exitCode, refused.stderr.includes('"../evil"')]).toEqual([1, true]);
  expect(await readdir(folder.folder)).not.toContain("evil");
});

test("help shows the commands behind trace, and completion offers them", async () => {
  expect(await said(["--help"])).toContain("dispatch trace diff <turnA> <turnB>");
  expect(await said(["prompt", "--help"])).toContain("--step <n>");
  const { stdout } = await runCommand(["completion", "bash"]);
  expect(stdout).toContain("_dispatch_words list slow errors show prompt diff export replay record --json");
});
