import { FakeClock, part, type ScriptedAnswer, ScriptedModel } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { askSummary } from "./ask-summary.ts";

const request = { system: "", messages: [], tools: [] };
const { signal } = new AbortController();
const said = (text: string): ScriptedAnswer => [part.text(text), part.finish("stop")];
const busy = (retryAfterMs?: number): ScriptedAnswer => [part.error("limited", "Busy.", "test/busy", retryAfterMs)];

/** What came of it, how often the model was asked, and how long that took. */
async function asked(...answers: readonly ScriptedAnswer[]) {
  const clock = new FakeClock();
  const model = new ScriptedModel(answers);
  const asking = askSummary(model, request, clock, signal).then(
    (text) => text,
    (thrown: { readonly code: string }) => thrown.code,
  );
  let tookMs = 0;
  for (let isOver = false; !isOver; ) {
    const answer = await Promise.race([asking.then(() => "over"), new Promise((resolve) => setImmediate(resolve, "asks"))]);
    isOver = answer === "over";
    if (isOver || clock.sleeping === 0) continue;
    await clock.advance(1_000);
    tookMs += 1_000;
  }
  return { outcome: await asking, requests: model.requests.length, tookMs };
}

// Reaches answerCharsMax.
test("a model that does not keep to its limit is not read to the end", async () => {
  expect(await asked(said("x".repeat(64_000)))).toMatchObject({ outcome: "x".repeat(64_000) });
  expect(await asked(said("x".repeat(64_001)))).toMatchObject({ outcome: "compaction/no-summary", requests: 1 });
});

// Reaches retriesMax.
test("who is busy is asked once more and not again", async () => {
  expect(await asked(busy(), said("A summary."))).toEqual({ outcome: "A summary.", requests: 2, tookMs: 1_000 });
  expect(await asked(busy(), busy(), said("A summary."))).toMatchObject({ outcome: "compaction/no-summary", requests: 2 });
});

// Reaches retryWaitMsMax.
test("who wants a longer wait than ten seconds is not waited for: the turn stands still meanwhile", async () => {
  expect(await asked(busy(10_000), said("A summary."))).toEqual({ outcome: "A summary.", requests: 2, tookMs: 10_000 });
  expect(await asked(busy(10_001), said("A summary."))).toEqual({ outcome: "compaction/no-summary", requests: 1, tookMs: 0 });
});
