import { FakeClock, MemoryStorage, surfaceLaws } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { QuestionStore } from "./question-store.ts";
import { Questions, waitingMax } from "./questions.ts";
import { approvalsSurface } from "./surface.ts";

async function open() {
  let ids = 0;
  const store = new QuestionStore(await new MemoryStorage().open("approvals"));
  const tell = { asked() {}, answered() {}, failed() {} };
  const questions = new Questions({
    store,
    clock: new FakeClock(),
    timeoutMs: 1_000,
    leaving: new AbortController().signal,
    newId: () => `q${++ids}`,
    tell,
  });
  const ask = async (conversationId: string, input = {}) => {
    const before = questions.list().length;
    const fixed = { turnId: "t", tool: "note", why: "It writes.", rule: null, diff: null, scopes: ["once"], grants: "" } as const;
    const asked = questions.ask({ ...fixed, conversationId, toolCallId: `${before}`, input }, new AbortController().signal);
    asked.catch(() => {});
    while (questions.list().length === before) {
      const failed = await Promise.race([
        asked.then(
          () => undefined,
          (thrown: unknown) => thrown,
        ),
        new Promise((resolve) => setImmediate(resolve)),
      ]);
      if (failed !== undefined) throw failed;
    }
  };
  return { questions, ask, surface: approvalsSurface(questions) };
}

for (const [law, hold] of Object.entries(surfaceLaws))
  test(law, () =>
    hold(async () => {
      const { surface, ask } = await open();
      return { surface, change: (conversationId) => ask(conversationId) };
    }),
  );

// Reaches surfaceCharsMax.
test("a thousand questions with long inputs are shown a part at a time, and one more is refused", async () => {
  const { surface, ask, questions } = await open();
  for (let n = 0; n < waitingMax; n++) await ask(`c${n}`, { text: "x".repeat(20_000) });
  const fields = await surface.read();
  expect(JSON.stringify(fields).length).toBeLessThan(1_500_000);
  expect(fields).toContainEqual({ kind: "stat", label: "Waiting", value: `${waitingMax}` });
  expect(fields.at(-1)).toMatchObject({ label: "Not shown yet" });
  await expect(ask("one-more")).rejects.toMatchObject({ kind: "limited", code: "approvals/too-many" });
  expect(questions.list()).toHaveLength(waitingMax);
}, 30_000);

// Reaches inputCharsMax.
test("a client without the renderer reads the beginning of a long input", async () => {
  const { surface, ask } = await open();
  await ask("c", { text: "x".repeat(1_000) });
  const plain = (await surface.read()).find((field) => field.kind === "stat" && field.label === "note");
  expect(plain).toMatchObject({ value: `${JSON.stringify({ text: "x".repeat(1_000) }).slice(0, 300)}…` });
});
