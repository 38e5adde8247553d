import { MemoryStore } from "@dispatch/testkit";
import type { HeartbeatRun } from "@dispatch/wire";
import { expect, test } from "vitest";
import { conversationIdOf, runLog, runsMax } from "./run-log.ts";

const run = (n: number): HeartbeatRun => ({
  id: `${n}`.padStart(15, "0"),
  conversationId: conversationIdOf(`c${n}`),
  triggeredAt: `t${n}`,
  status: "running",
});

test("the newest runs are kept, and with an older one goes the prompt of its conversation", async () => {
  const store = new MemoryStore();
  const runs = runLog(store);
  for (let n = 1; n <= runsMax + 3; n++) await store.commit(await runs.begin("w", run(n), n % 2 === 0 ? "You watch." : ""));
  const stored = await Array.fromAsync(store.scan({ prefix: "run/" }));
  expect(stored.length).toBe(runsMax);
  await store.commit(await runs.begin("other", run(1), "You watch."));
  const kept = await runs.list("w");
  expect([kept.length, kept[0], kept.at(-1)]).toEqual([runsMax, run(runsMax + 3), run(4)]);
  expect(await Promise.all([2, 4, 5].map((n) => runs.systemPrompt(run(n).conversationId)))).toEqual([undefined, "You watch.", undefined]);
  await store.commit(await runs.forget("w"));
  expect((await Array.fromAsync(store.scan({ prefix: "" }))).map(({ key }) => key)).toEqual([
    "prompt/c1.heartbeat",
    `run/other/${run(1).id}`,
  ]);
});

test("a run is found in its own workspace, and settled where it stands", async () => {
  const store = new MemoryStore();
  const runs = runLog(store);
  await store.commit(await runs.begin("w", run(1), ""));
  await store.commit(runs.settle("w", run(1), "completed"));
  expect(await runs.find("w", run(1).id)).toEqual({ ...run(1), status: "completed" });
  expect(await runs.find("w2", run(1).id)).toBeUndefined();
  expect(await runs.find("w", "1")).toBeUndefined();
});

test("of a conversation that no heartbeat began the store is not even asked", async () => {
  const runs = runLog({ ...new MemoryStore(), get: () => Promise.reject(new Error("asked")) } as never);
  expect(await runs.systemPrompt("c1")).toBeUndefined();
});
