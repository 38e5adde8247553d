import { join } from "node:path";
import { collect } from "@dispatch/observability-collector";
import { textAnswer, toolCallAnswer } from "@dispatch/testkit";
import type { diffTraces, listTraces, showTrace, traceBody, tracePrompt } from "@dispatch/transport-contract";
import { expect, test } from "vitest";
import type { z } from "zod";
import { type Api, startApi } from "./api.fixture.ts";
import { systemClock } from "./clock.ts";

type Turns = z.output<typeof listTraces.output>;
type Tree = z.output<typeof showTrace.output>;
type Body = z.output<typeof traceBody.output>;
type Prompt = z.output<typeof tracePrompt.output>;
type Difference = z.output<typeof diffTraces.output>;

const refused = {
  status: 401,
  headers: { "content-type": "application/json" },
  steps: [JSON.stringify({ error: { message: "bad key" } })],
};
const start = (script: Parameters<typeof startApi>[0]) => startApi(script, { DISPATCH_TRACE_DB: "traces.db" });

async function turn(api: Api, message: string, conversationId: string): Promise<string> {
  const [first] = await api.chat({ message, conversationId });
  return first !== undefined && "turnId" in first ? first.turnId : "";
}

/** Reads the journal until the turn has its end. */
async function collected(api: Api, turnId: string): Promise<Tree> {
  for (;;) {
    await collect({
      journal: join(api.folder, ".dispatch/journal/app.ndjson"),
      db: join(api.folder, "traces.db"),
      intervalMs: 10,
      pruneIntervalMs: 60_000,
      clock: systemClock,
      signal: AbortSignal.abort(),
      complain: (text) => expect.fail(text),
    });
    const { status, body } = await api.get<Tree>(`/traces/${turnId}`);
    if (status === 200 && body.durationMs !== undefined) return body;
  }
}

test("the newest, the longest and the failed turns are listed over HTTP, and what was never collected is told", async () => {
  await using api = await start([textAnswer(["Hi."]), refused]);
  expect(await api.get("/traces")).toMatchObject({ status: 200, body: { turns: [] } });
  const good = await turn(api, "Hello", "c1");
  const bad = await turn(api, "Again", "c2");
  await collected(api, bad);
  const ids = async (query: string) => (await api.get<Turns>(`/traces?${query}`)).body.turns.map(({ turnId }) => turnId);
  expect(await ids("")).toEqual([bad, good]);
  expect((await ids("show=slowest")).toSorted()).toEqual([bad, good].toSorted());
  expect(await ids("show=failed")).toEqual([bad]);
  expect(await ids("conversationId=c1")).toEqual([good]);
  expect(await ids(`before=0`)).toEqual([]);
  expect(await api.get("/traces?limit=0")).toMatchObject({ status: 400 });
  expect(await api.get("/traces/turn-1-unknown")).toMatchObject({ status: 404, body: { code: "trace-view/no-turn" } });
});

test("a turn is shown over HTTP as a tree, with its prompts, its texts, and where two prompts part", async () => {
  await using api = await start([toolCallAnswer([{ id: "a", name: "glob", arguments: '{"pattern":"*"}' }]), textAnswer(["Done."])]);
  const turnId = await turn(api, "Look around", "c1");
  const tree = await collected(api, turnId);
  expect(tree).toMatchObject({ turnId, conversationId: "c1", model: "opencode/scripted", status: "ok", steps: 2, left: 0 });
  const spans = tree.spans.filter(({ kind }) => kind === "span");
  expect(spans[0]).toMatchObject({ name: "turn", depth: 0, state: "ok" });
  expect(spans.filter(({ name }) => name === "step").map(({ depth }) => depth)).toEqual([1, 1]);
  expect(spans.find(({ name }) => name === "tool-call")).toMatchObject({ depth: 2, attributes: { name: "glob", isError: false } });
  const prompts = spans.filter(({ name }) => name === "prompt");
  expect(prompts.map(({ promptStep }) => promptStep)).toEqual([0, 1]);

  const { body: prompt } = await api.get<Prompt>(`/traces/${turnId}/prompts/1`);
  expect(prompt.entries.slice(0, 3)).toMatchObject([
    { part: "system" },
    { part: "tools" },
    { part: "message", role: "user", text: "Look around" },
  ]);
  expect(prompt.entries).toHaveLength(prompt.total);
  expect((await api.get<Prompt>(`/traces/${turnId}/prompts/1?from=2`)).body.entries).toEqual(prompt.entries.slice(2));
  expect(await api.get(`/traces/${turnId}/prompts/7`)).toMatchObject({ status: 404, body: { code: "trace-view/no-prompt" } });

  const kept = prompts[0]?.body;
  const { body } = await api.get<Body>(`/traces/${turnId}/bodies/${kept?.recordId}`);
  expect(body.chars).toBe(body.text.length);
  expect(JSON.parse(body.text)).toMatchObject({ v: 1 });
  expect(await api.get(`/traces/${turnId}/bodies/none`)).toMatchObject({ status: 404, body: { code: "trace-view/no-text" } });

  const { body: difference } = await api.get<Difference>(`/traces/${turnId}/difference?step=0&otherStep=1`);
  expect(difference).toMatchObject({
    first: { turnId, step: 0 },
    second: { turnId, step: 1 },
    same: false,
    at: { part: "message", first: null },
  });
  expect(difference.sharedBytes).toBe(difference.firstBytes);
  expect((await api.get<Difference>(`/traces/${turnId}/difference?step=1&otherStep=1`)).body.same).toBe(true);
});
