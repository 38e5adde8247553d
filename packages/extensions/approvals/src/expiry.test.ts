import { FakeClock, MemoryStorage } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { expireInTime } from "./expiry.ts";
import { QuestionStore } from "./question-store.ts";
import { Questions } from "./questions.ts";

const question = { conversationId: "c", turnId: "t", toolCallId: "1", tool: "note", input: {}, why: "", rule: null } as const;

// Reaches sleepMsMax.
test("a clock that is set past a question's time is noticed within a minute", async () => {
  let setForwardMs = 0;
  const fake = new FakeClock();
  const slept: number[] = [];
  const clock = {
    now: () => fake.now() + setForwardMs,
    monotonic: () => fake.monotonic(),
    sleep: (ms: number, signal?: AbortSignal) => {
      slept.push(ms);
      return fake.sleep(ms, signal);
    },
  };
  const leaving = new AbortController();
  const questions = new Questions({
    store: new QuestionStore(await new MemoryStorage().open("approvals")),
    clock,
    timeoutMs: 86_400_000,
    leaving: leaving.signal,
    newId: () => "q",
    tell: { asked() {}, answered() {}, failed() {} },
  });
  await questions.load();
  const expiring = expireInTime(questions, clock, () => {}, leaving.signal);
  const verdict = questions.ask({ ...question, diff: null, scopes: ["once"], grants: "" }, new AbortController().signal);
  while (slept.length === 0) await new Promise((resolve) => setImmediate(resolve));
  setForwardMs = 86_400_000;
  await fake.advance(59_999);
  expect(questions.list()).toHaveLength(1);
  await fake.advance(1);
  expect(await verdict).toMatchObject({ allowed: false });
  expect(Math.max(...slept)).toBe(60_000);
  leaving.abort();
  await fake.advance(0);
  await expiring;
});
