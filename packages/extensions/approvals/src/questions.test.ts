import type { Storage } from "@dispatch/kernel";
import { FakeClock, MemoryStorage } from "@dispatch/testkit";
import type { Approval } from "@dispatch/wire";
import { expect, test } from "vitest";
import { listedMax, QuestionStore, settledMax } from "./question-store.ts";
import { Questions } from "./questions.ts";

const question = { turnId: "t", tool: "note", input: {}, why: "", rule: null, diff: null, scopes: ["once"], grants: "" } as const;
const yes = { allow: true, by: "ann" } as const;

async function open(storage: Storage = new MemoryStorage(), answered = () => {}) {
  let ids = 0;
  const asked: Approval[] = [];
  const questions = new Questions({
    store: new QuestionStore(await storage.open("approvals")),
    clock: new FakeClock(),
    timeoutMs: 1_000,
    leaving: new AbortController().signal,
    newId: () => `q${++ids}`,
    tell: { asked: (approval) => void asked.push(approval), answered, failed() {} },
  });
  await questions.load();
  const ask = async (conversationId: string, stop = new AbortController()) => {
    const count = asked.length;
    const verdict = questions.ask({ ...question, conversationId, toolCallId: "1" }, stop.signal);
    verdict.catch(() => {});
    while (asked.length === count) await new Promise((resolve) => setImmediate(resolve));
    return { verdict, id: asked[count]?.id ?? "" };
  };
  return { questions, ask, asked };
}

test("a yes that comes in the moment of the stop lets nothing through", async () => {
  const stop = new AbortController();
  // Told in the same moment as the asker.
  const { questions, ask } = await open(new MemoryStorage(), () => stop.abort());
  const { verdict, id } = await ask("c", stop);
  await questions.answer(id, yes);
  await expect(verdict).rejects.toMatchObject({ code: "approvals/cancelled" });
  expect(questions.list()).toEqual([]);
});

test("of two processes with one store only one answers", async () => {
  const storage = new MemoryStorage();
  const first = await open(storage);
  const { verdict, id } = await first.ask("c");
  const second = await open(storage);
  expect(second.questions.list()).toEqual(first.questions.list());
  await first.questions.answer(id, yes);
  expect(await verdict).toMatchObject({ allowed: true, by: "ann" });
  await expect(second.questions.answer(id, { allow: false, by: "bob" })).rejects.toMatchObject({ kind: "conflict" });
  expect(second.questions.list()).toEqual([]);
  await expect(second.questions.answer(id, yes)).rejects.toMatchObject({ code: "approvals/answered" });
});

test("settled questions are kept up to a number, the newest of them", async () => {
  const storage = new MemoryStorage();
  const { questions, ask } = await open(storage);
  for (let n = 0; n < settledMax + 3; n++) await questions.answer((await ask(`c${n}`)).id, yes);
  const store = await storage.open("approvals");
  expect(await Array.fromAsync(store.scan({ prefix: "" }))).toHaveLength(2 * settledMax);
  const again = await open(storage);
  await again.questions.answer((await again.ask("last")).id, yes).catch(() => {});
  expect(await Array.fromAsync(store.scan({ prefix: "order/" }))).toHaveLength(settledMax);
});

test("of the settled questions as many are listed as a page takes, the newest first", async () => {
  const storage = new MemoryStorage();
  const { questions, ask } = await open(storage);
  for (let n = 0; n < listedMax + 3; n++) await questions.answer((await ask(`c${n}`)).id, yes);
  const listed = await new QuestionStore(await storage.open("approvals")).listSettled("allowed", undefined);
  expect(listed).toHaveLength(200);
});
