import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collect } from "@dispatch/observability-collector";
import { startModelServer, textAnswer, toolCallAnswer } from "@dispatch/testkit";
import type { replayTrace } from "@dispatch/transport-contract";
import type { TurnMetrics } from "@dispatch/wire";
import { expect, onTestFinished, test } from "vitest";
import { type Api, startApi } from "./api.fixture.ts";
import { systemClock } from "./clock.ts";
import { startServerProcess } from "./server-process.fixture.ts";

type Replay = ReturnType<(typeof replayTrace.output)["parse"]>;
type Recording = { readonly files: readonly { readonly name: string; readonly text: string }[] };

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await systemClock.sleep(5);
}

/** Reads the journal until the turn's recording has its end. */
async function collected({ folder, ...api }: Pick<Api, "folder" | "send">, turnId: string): Promise<Replay> {
  const answer = () => api.send<Replay>("POST", `/traces/${turnId}/replay`, {});
  for (let last = await answer(); ; last = await answer()) {
    if (last.status === 200) return last.body;
    expect([404, 409]).toContain(last.status);
    await collect({
      journal: join(folder, ".dispatch/journal/app.ndjson"),
      db: join(folder, "traces.db"),
      intervalMs: 10,
      pruneIntervalMs: 60_000,
      clock: systemClock,
      signal: AbortSignal.abort(),
      complain: (text) => expect.fail(text),
    });
  }
}

test("a turn that was streamed is replayed over HTTP from the journal, byte for byte, and handed out as files", async () => {
  const script = [
    toolCallAnswer([{ id: "a", name: "glob", arguments: '{"pattern":"*"}' }]),
    textAnswer(["Do", "ne."]),
    textAnswer(["Done."]),
  ];
  await using api = await startApi(script, { DISPATCH_TRACE_DB: "traces.db", DISPATCH_TRACE_RECORDINGS: "on" });
  const unknown = await api.send("POST", "/traces/turn-1-unknown/replay", {});
  expect(unknown).toMatchObject({ status: 404, body: { code: "turn-replay/no-recording" } });
  const events = await api.chat({ message: "Go." });
  const own = events.filter(({ type }) => type !== "user-message" && type !== "turn-sealed");
  const [first] = events;
  const turnId = first !== undefined && "turnId" in first ? first.turnId : "";
  const asked = api.model.requests.length;
  expect(await collected(api, turnId)).toEqual({ turnId, same: true, recordedEvents: own.length, replayedEvents: own.length });
  expect(api.model.requests.length).toBe(asked);
  const { body } = await api.get<Recording>(`/traces/${turnId}/recording`);
  expect(body.files.find(({ name }) => name === "events.ndjson")?.text).toBe(own.map((event) => `${JSON.stringify(event)}\n`).join(""));
  const live = await api.send<Replay>("POST", `/traces/${turnId}/replay`, { liveModel: true });
  expect(live.body).toMatchObject({ same: false, difference: { line: 1, replayed: '{"type":"text","text":"Done."}' } });
});

test("a turn that two processes ran, the first until it was killed, is replayed as both ran it, with a secret of it masked", async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-replay-")));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const key = "sk-secret-that-a-file-holds-1234567890";
  await Bun.write(join(folder, "notes.txt"), `The key is ${key}.`);
  const read = toolCallAnswer([{ id: "a", name: "read_file", arguments: '{"path":"notes.txt"}' }]);
  await using model = await startModelServer({ script: [read, { steps: ["stall"] }, textAnswer(["I have ", "read it."])] });
  const settings = {
    DISPATCH_API_KEY: key,
    DISPATCH_BASE_URL: model.url,
    DISPATCH_MODEL: "scripted",
    DISPATCH_DB: "d.db",
    DISPATCH_TRACE_DB: "traces.db",
    DISPATCH_TRACE_RECORDINGS: "on",
    DISPATCH_COLLECTOR: "off",
  };
  await using first = await startServerProcess(folder, settings);
  const stream = await fetch(`${first.url}/chat`, { method: "POST", body: JSON.stringify({ message: "Read.", conversationId: "c" }) });
  await model.request(2);
  const journal = Bun.file(join(folder, ".dispatch/journal/app.ndjson"));
  await until(async () => (await journal.text()).includes('"msg":"recording"'));
  await first[Symbol.asyncDispose]();
  await stream.text().catch(() => "");
  await using second = await startServerProcess(folder, settings);
  const settled = await fetch(`${second.url}/conversations/c/last`);
  expect(await settled.json()).toMatchObject({ content: "I have read it." });
  const { turns } = (await (await fetch(`${second.url}/conversations/c/metrics`)).json()) as { turns: readonly TurnMetrics[] };
  const turnId = turns[0]?.turnId ?? "";
  const send = async <T>(method: string, path: string, body?: unknown) => {
    const response = await fetch(`${second.url}${path}`, { method, body: JSON.stringify(body) });
    return { status: response.status, body: (await response.json()) as T };
  };
  const replayed = await collected({ folder, send }, turnId);
  expect(replayed).toMatchObject({ turnId, same: true });
  const recording = await (await fetch(`${second.url}/traces/${turnId}/recording`)).text();
  expect(recording).toContain("The key is [masked]");
  expect(recording).not.toContain(key);
});

test("without recordings a turn cannot be replayed, and the answer says why", async () => {
  await using api = await startApi([textAnswer(["Hi."])], { DISPATCH_TRACE_DB: "traces.db" });
  const [first] = await api.chat({ message: "Go." });
  const turnId = first !== undefined && "turnId" in first ? first.turnId : "";
  const { status, body } = await api.get<{ error: string }>(`/traces/${turnId}/recording`);
  expect(status).toBe(404);
  expect(body.error).toContain("DISPATCH_TRACE_RECORDINGS");
});
