import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModelCatalog } from "@dispatch/credential-store/contract";
import type { JournalRecord } from "@dispatch/journal-sink/record";
import { refuse, say, type Tool } from "@dispatch/kernel";
import { OpRegistry } from "@dispatch/op-registry/contract";
import { all, openDesk } from "@dispatch/session-orchestrator/fixture";
import { extensionLaws, Gate, part, type RecordingLog, type ScriptedAnswer, testExtension } from "@dispatch/testkit";
import { openTraceStore } from "@dispatch/trace-store";
import type { recordTrace, replayTrace } from "@dispatch/transport-contract";
import turnTrace from "@dispatch/turn-trace";
import { expect, test } from "vitest";
import turnReplay from "./index.ts";
import { atRest } from "./tasks.ts";

type Replay = ReturnType<(typeof replayTrace.output)["parse"]>;
type Recording = ReturnType<(typeof recordTrace.output)["parse"]>;

const { text, call, usage, finish } = part;
const anything: Tool["input"] = {
  "~standard": {
    version: 1,
    vendor: "fixture",
    validate: (value) => ({ value }),
    jsonSchema: { input: () => ({ type: "object" }), output: () => ({ type: "object" }) },
  },
};

/** What a log was told, as the collector would have read it from the journal. */
function recordsOf(log: RecordingLog): readonly JournalRecord[] {
  const bodies = log.lines.map(({ level, extensionId, msg, attributes, context }): JournalRecord => {
    return { kind: "log", timestamp: 1, level, extensionId, msg, attributes, ...context };
  });
  const spans = log.spans.map(({ extensionId, name, attributes, context }, index): JournalRecord => {
    return { kind: "span-open", timestamp: 1, spanId: `s${index}`, extensionId, name, attributes, ...context };
  });
  return [...bodies, ...spans];
}

/** A desk with a traced tool, and a trace database that gets what was journaled by `collect`. */
async function openReplaying(answers: readonly ScriptedAnswer[]) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-turn-replay-")));
  const path = join(folder, "traces.db");
  let runs = 0;
  const look: Tool = {
    name: "look",
    description: "Looks.",
    input: anything,
    effect: "write",
    timeoutMs: 1_000,
    async run(input, { progress }) {
      runs += 1;
      progress({ stream: "stdout", data: "looking\n" });
      return (input as { no?: true }).no ? refuse("no") : say(`saw ${JSON.stringify(input)}`);
    },
  };
  const desk = await openDesk({ answers, tools: [look], extensions: [turnTrace, turnReplay], config: { "turn-replay": { path } } });
  const registry = desk.kernel.use(OpRegistry);
  const context = { signal: new AbortController().signal, caller: { name: "local", via: "internal" } };
  return {
    desk,
    path,
    runs: () => runs,
    async chat(words = "Go.") {
      const { turnId, events } = await desk.conversations.submit({ conversationId: "c1", text: words });
      const seen = await all(events);
      await atRest();
      await atRest();
      return { turnId, events: seen };
    },
    async collect(change: (records: readonly JournalRecord[]) => readonly JournalRecord[] = (records) => records) {
      await using store = await openTraceStore(path);
      store.insert(change(recordsOf(desk.journal)));
    },
    replay: (turnId: string, liveModel?: boolean) =>
      registry.call("traces.replay", { turnId, ...(liveModel ? { liveModel } : {}) }, context) as Promise<Replay>,
    record: (turnId: string) => registry.call("traces.record", { turnId }, context) as Promise<Recording>,
    async [Symbol.asyncDispose]() {
      await desk[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const nobody = () => {
  throw new Error("nobody asks");
};
const catalog: ModelCatalog = { resolve: nobody, list: nobody };
const others = [
  testExtension("op-registry", { tier: "core" }),
  testExtension("credential-store", { tier: "core", activate: (host) => void host.provide(ModelCatalog, catalog) }),
];
for (const [law, hold] of Object.entries(extensionLaws))
  test(law, () => hold(async () => ({ extension: turnReplay, config: { path: "/nowhere/traces.db" }, others })));

const looked: readonly ScriptedAnswer[] = [
  [text("I look."), call("a", "look", { path: "x" }), call("b", "look", { no: true }), usage(10, 5), finish("tool-calls")],
  [text("Do"), text("ne."), finish("stop")],
];

test("a turn replayed is the same, byte for byte, without a model and without a tool", async () => {
  await using stage = await openReplaying(looked);
  const { turnId, events } = await stage.chat();
  await stage.collect();
  const own = events.filter(({ type }) => type !== "user-message" && type !== "turn-sealed");
  expect(await stage.replay(turnId)).toEqual({ turnId, same: true, recordedEvents: own.length, replayedEvents: own.length });
  expect([stage.desk.model.requests.length, stage.runs()]).toEqual([2, 2]);
  const { files } = await stage.record(turnId);
  expect(files.map(({ name }) => name)).toEqual(["recording.json", "events.ndjson"]);
  expect(files[1]?.text).toBe(own.map((event) => `${JSON.stringify(event)}\n`).join(""));
  expect(JSON.parse(files[0]?.text ?? "")).toMatchObject({ v: 1, turnId, modelName: "demo/echo", recordings: [[{ v: 1 }, { v: 1 }]] });
});

test("a recording that says something else shows the first event that differs", async () => {
  await using stage = await openReplaying(looked);
  const { turnId } = await stage.chat();
  const isRecording = (record: JournalRecord) => record.kind === "log" && record.msg === "recording";
  await stage.collect((records) =>
    records.map((record) =>
      isRecording(record) ? { ...record, body: record.body?.replace('"isError":true', '"isError":false') ?? "" } : record,
    ),
  );
  const { same, difference } = await stage.replay(turnId);
  expect(same).toBe(false);
  expect(difference?.recorded).toBe(difference?.replayed?.replace('"isError":true', '"isError":false'));
});

test("the model itself is asked what it was asked then, with the results of then, until it calls something else", async () => {
  await using stage = await openReplaying([
    ...looked,
    ...looked,
    ...[[text("I look."), call("z", "look", { path: "x" }), call("y", "look", { path: "elsewhere" }), finish("tool-calls")]],
    ...[[text("I need not look."), finish("stop")]],
  ]);
  const { turnId } = await stage.chat();
  await stage.collect();
  expect(await stage.replay(turnId, true)).toEqual({ turnId, same: true, recordedEvents: 5, replayedEvents: 5 });
  const [first, second, third, fourth] = stage.desk.model.requests;
  expect([third?.system, third?.tools, third?.messages]).toEqual([first?.system, first?.tools, first?.messages]);
  const contents = (request: typeof second) =>
    request?.messages.map(({ role, parts }) => ({ role, chunks: parts.map(({ chunk }) => chunk) }));
  expect(contents(fourth)).toEqual(contents(second));

  expect(await stage.replay(turnId, true)).toMatchObject({
    same: false,
    difference: {
      line: 3,
      recorded: '{"type":"tool-call","toolName":"look","input":{"no":true}}',
      replayed: '{"type":"tool-call","toolName":"look","input":{"path":"elsewhere"}}',
    },
    stuck: 'The model called look with {"path":"elsewhere"}, which it did not call then: there is no result to give it.',
  });
  expect(await stage.replay(turnId, true)).toMatchObject({
    same: false,
    difference: { line: 1, replayed: '{"type":"text","text":"I need not look."}' },
  });
  expect(stage.runs()).toBe(2);
});

test("what was not collected is missing; what was collected in part cannot be replayed", async () => {
  await using stage = await openReplaying([...looked, [text("Hi."), finish("stop")]]);
  await expect(stage.replay("turn-0-none")).rejects.toMatchObject({ kind: "missing", code: "turn-replay/no-recording" });
  const { turnId } = await stage.chat();
  const isPage = (page: number) => (record: JournalRecord) =>
    record.kind === "log" && record.msg === "recording" && record.attributes?.page === page;
  await stage.collect((records) => records.filter((record) => !isPage(1)(record)));
  await expect(stage.record("turn-0-none")).rejects.toMatchObject({ kind: "missing", code: "turn-replay/no-recording" });
  await expect(stage.replay(turnId)).rejects.toMatchObject({ kind: "conflict", code: "turn-replay/unfinished" });
  await stage.collect();
  expect(await stage.replay(turnId)).toMatchObject({ same: true });
});

test("a recording with a hole is told as such", async () => {
  await using stage = await openReplaying([...Array.from({ length: 2 }, () => looked[0] as ScriptedAnswer), [text("Hi."), finish("stop")]]);
  const { turnId } = await stage.chat();
  await stage.collect((records) =>
    records.filter((record) => !(record.kind === "log" && record.msg === "recording" && record.attributes?.page === 1)),
  );
  await expect(stage.replay(turnId)).rejects.toMatchObject({ kind: "limited", code: "turn-replay/incomplete" });
});

test("a damaged database is unavailable, and says what to check", async () => {
  await using stage = await openReplaying([]);
  await writeFile(stage.path, "no database at all, but long enough to be looked into".repeat(100));
  await expect(stage.replay("t1")).rejects.toMatchObject({ kind: "unavailable", code: "turn-replay/unreadable" });
});

// Reaches clippedCharsMax.
test("of a long input that there was not then, 300 characters are told", async () => {
  const input = { path: "x".repeat(400) };
  await using stage = await openReplaying([...looked, [call("z", "look", input), finish("tool-calls")]]);
  const { turnId } = await stage.chat();
  await stage.collect();
  const { stuck } = await stage.replay(turnId, true);
  expect(stuck).toContain(`called look with ${JSON.stringify(input).slice(0, 300)}…, which it did not call`);
});

// Reaches wallMsMax.
test("a model that is asked again has fifteen minutes", async () => {
  const gate = new Gate();
  await using stage = await openReplaying([...looked, [text("I look."), gate, finish("stop")]]);
  const { turnId } = await stage.chat();
  await stage.collect();
  const { clock } = stage.desk;
  let isOver = false;
  const replaying = stage.replay(turnId, true).finally(() => {
    isOver = true;
  });
  await gate.reached;
  await clock.advance(15 * 60_000 - 1);
  expect(isOver).toBe(false);
  await clock.advance(1);
  expect(await replaying).toMatchObject({ same: false });
});
