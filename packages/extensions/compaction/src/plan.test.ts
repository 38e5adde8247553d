import { Fault, type Message } from "@dispatch/kernel";
import fc from "fast-check";
import { expect, test } from "vitest";
import { charsOfAll } from "./message-size.ts";
import { answer, anyView, step, summary, user } from "./messages.fixture.ts";
import { type FoldWish, planFold, planPruning } from "./plan.ts";
import { type Marks, noMarks, shapeView } from "./shape-view.ts";

const wishes: fc.Arbitrary<FoldWish> = fc.record({
  asked: fc.boolean(),
  keepLastN: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
  tailChars: fc.option(fc.integer({ min: 0, max: 30_000 }), { nil: undefined }),
});

/** What a fold of this plan leaves, as the store does it. */
const afterFold = (view: readonly Message[], upToMessageId: string): readonly Message[] => [
  summary("the new one"),
  ...view.slice(view.findIndex(({ id }) => id === upToMessageId) + 1),
];
const codeOf = (thrown: unknown) => (Fault.is(thrown) ? thrown.code : thrown);

test("whatever is folded, the running turn's prompt is still what the model reads, before its steps", () => {
  fc.assert(
    fc.property(anyView, wishes, ({ view, steps }, wish) => {
      try {
        const plan = planFold(view, noMarks, { ...wish, steps });
        const marks: Marks = { pruned: [], carried: plan.carried === undefined ? [] : [plan.carried] };
        const shown = shapeView(afterFold(view, plan.upToMessageId), marks);
        expect(shown.filter(({ id }) => id === "prompt")).toEqual(view.filter(({ id }) => id === "prompt"));
        expect(shown.slice(shown.findIndex(({ id }) => id === "prompt")).some(({ role }) => role === "assistant")).toBe(true);
      } catch (thrown) {
        expect(["compaction/too-short", "compaction/frees-too-little"]).toContain(codeOf(thrown));
      }
    }),
    { numRuns: 300 },
  );
});

test("what is repeated, or done by itself, frees at least a fifth of the view, summary included", () => {
  fc.assert(
    fc.property(anyView, wishes, ({ view, steps }, wish) => {
      if (wish.asked && view[0]?.role !== "system") return;
      try {
        const { upToMessageId, folded, earlier, summaryCharsMax } = planFold(view, noMarks, { ...wish, steps });
        expect(charsOfAll(folded) * 5).toBeGreaterThanOrEqual(charsOfAll(shapeView(view, noMarks)));
        expect(summaryCharsMax).toBeLessThan(charsOfAll(view));
        expect(earlier === undefined).toBe(view[0]?.role !== "system");
        expect(view.some(({ id }) => id === upToMessageId)).toBe(true);
      } catch (thrown) {
        expect(["compaction/too-short", "compaction/frees-too-little"]).toContain(codeOf(thrown));
      }
    }),
    { numRuns: 300 },
  );
});

test("asked for the first time, a short conversation is folded too, but not one that stays whole", () => {
  const view = Array.from({ length: 6 }, (_, turn) => [user(`p${turn}`), answer(`a${turn}`)]).flat();
  expect(planFold(view, noMarks, { asked: true })).toMatchObject({ upToMessageId: "a0", earlier: undefined });
  expect(() => planFold(view.slice(2), noMarks, { asked: true })).toThrow(/10 messages and 10 of them stay/);
  expect(planFold(view.slice(2), noMarks, { asked: true, keepLastN: 2 })).toMatchObject({ upToMessageId: "a4" });
});

test("a second fold is refused until there is a fifth to gain", () => {
  const view = [summary(), ...Array.from({ length: 6 }, (_, turn) => [user(`p${turn}`), answer(`a${turn}`)]).flat()];
  expect(() => planFold(view, noMarks, { asked: true })).toThrow(/less than a fifth/);
  expect(() => planFold(view.slice(0, 11), noMarks, { asked: true })).toThrow(/less than a fifth/);
  expect(planFold(view, noMarks, { asked: true, keepLastN: 4 })).toMatchObject({ earlier: "what was", upToMessageId: "a3" });
});

test("a prompt that was carried is carried again by the next fold of its turn, and told by that of a later one", () => {
  const big = "x".repeat(3_000);
  const running = [...step("s", [big]), ...step("t", [big]), ...step("u", [big])];
  const view = [user("prompt", "do it"), ...running];
  const first = planFold(view, noMarks, { asked: false, steps: 3, tailChars: 7_000 });
  expect(first).toMatchObject({ carried: { before: "t", prompt: { id: "prompt" } }, upToMessageId: "result-s-0" });
  const marks = { pruned: [], carried: first.carried === undefined ? [] : [first.carried] };
  const folded = [...afterFold(view, first.upToMessageId), ...step("v", [big])];
  expect(shapeView(folded, marks).map(({ id }) => id)).toEqual([
    "summary",
    "prompt",
    "t",
    "result-t-0",
    "u",
    "result-u-0",
    "v",
    "result-v-0",
  ]);
  const second = planFold(folded, marks, { asked: false, steps: 4, tailChars: 7_000 });
  expect(second).toMatchObject({ carried: { before: "u", prompt: { id: "prompt" } }, upToMessageId: "result-t-0" });
  const later = [...folded, answer("done"), user("next"), ...step("w", [big])];
  const third = planFold(later, marks, { asked: false, steps: 1, tailChars: 3_500 });
  expect(third.carried).toBeUndefined();
  expect(third.folded[0]?.id).toBe("prompt");
});

test("outputs are left out only where that frees a fifth, and what was left out stays so", () => {
  const view = [user("p"), ...step("a", ["1".repeat(5_000)]), ...step("b", ["2".repeat(5_000)]), ...step("c", ["3".repeat(5_000)])];
  expect(planPruning(view, noMarks, 20_000)).toBeUndefined();
  expect(planPruning(view, noMarks, 10_500)).toEqual({ pruned: ["result-a-0"], carried: [] });
  const marks = { pruned: ["result-a-0", "gone"], carried: [] };
  expect(planPruning(view, marks, 1)).toEqual({ pruned: ["result-a-0", "result-b-0"], carried: [] });
  expect(planPruning([...view, user("x".repeat(90_000))], noMarks, 10_500)).toBeUndefined();
});
