import { afterAll, expect, test } from "vitest";
import { killAll } from "../children.ts";
import { floor } from "../contestants/floor.ts";
import { perform } from "../contestants/perform.ts";
import { burstModel, pacedModel, readsModel, shortModel } from "./script.ts";
import { startFakeModel } from "./start.ts";

const modelUrl = await startFakeModel();
afterAll(killAll);
/** Wrong by a unit, or from a clock of its own, a send time would be off by far more. */
const plausibleMs = 60_000;
const run = (model: string, streams = 1) => perform(floor(modelUrl), { order: { model, prompt: "?" }, streams, startWithinMs: 0 });

test("a burst arrives whole and in order, also when it is larger than the socket takes at once", async () => {
  expect(await run(burstModel(20_000))).toMatchObject({ deltas: 20_000, outOfOrder: 0, failures: [], latency: { count: 0 } });
});

test("a paced stream takes its time and says when each delta was sent", async () => {
  const outcome = await run(pacedModel(20, 5), 50);
  expect(outcome).toMatchObject({ deltas: 1_000, outOfOrder: 0, failures: [], latency: { count: 1_000 } });
  expect(outcome.totalMs).toBeGreaterThanOrEqual(19 * 5);
  expect(Math.abs(outcome.latency.p50)).toBeLessThan(plausibleMs);
});

test("a script that reads calls for files until it has all results, then answers", async () => {
  const call = (results: number) =>
    fetch(`${modelUrl}/chat/completions`, {
      method: "POST",
      body: JSON.stringify({ model: readsModel(2, 2), messages: Array.from({ length: results }, () => ({ role: "tool", content: "" })) }),
    }).then((response) => response.text());
  expect(await call(0)).toContain("note-001.txt");
  expect(await call(2)).toContain("note-003.txt");
  expect(await call(4)).toContain('"finish_reason":"stop"');
  expect(await run(readsModel(2, 2))).toMatchObject({ deltas: 8, failures: [] });
});

test("requests on one connection are answered one after another, a large one included", async () => {
  for (const earlier of [0, 10_000, 0]) {
    const outcome = await perform(floor(modelUrl), { order: { model: shortModel, prompt: "?", earlier }, streams: 1, startWithinMs: 0 });
    expect(outcome).toMatchObject({ deltas: 8, failures: [] });
  }
});

test("a model that is no script is refused by name", async () => {
  expect((await run("gpt-4")).failures).toEqual([expect.stringMatching(/answered 404: .*no script is called .*gpt-4/)]);
});
