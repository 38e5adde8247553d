import { join } from "node:path";
import { collect } from "@dispatch/observability-collector";
import { textAnswer, toolCallAnswer } from "@dispatch/testkit";
import type { replayTrace } from "@dispatch/transport-contract";
import { expect, test } from "vitest";
import { type Api, startApi } from "./api.fixture.ts";
import { systemClock } from "./clock.ts";

type Replay = ReturnType<(typeof replayTrace.output)["parse"]>;
type Recording = { readonly files: readonly { readonly name: string; readonly text: string }[] };

/** Reads the journal until the turn's recording has its end. */
async function collected(api: Api, turnId: string): Promise<Replay> {
  const answer = () => api.send<Replay>("POST", `/traces/${turnId}/replay`, {});
  for (let last = await answer(); ; last = await answer()) {
    if (last.status === 200) return last.body;
    expect([404, 409]).toContain(last.status);
    await collect({
      journal: join(api.folder, ".dispatch/journal/app.ndjson"),
      db: join(api.folder, "traces.db"),
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

test("without recordings a turn cannot be replayed, and the answer says why", async () => {
  await using api = await startApi([textAnswer(["Hi."])], { DISPATCH_TRACE_DB: "traces.db" });
  const [first] = await api.chat({ message: "Go." });
  const turnId = first !== undefined && "turnId" in first ? first.turnId : "";
  const { status, body } = await api.get<{ error: string }>(`/traces/${turnId}/recording`);
  expect(status).toBe(404);
  expect(body.error).toContain("DISPATCH_TRACE_RECORDINGS");
});
