import fc from "fast-check";
import { expect, test } from "vitest";
import { cutOf, promptOf } from "./cut.ts";
import { charsOfAll } from "./message-size.ts";
import { answer, anyView, call, result, step, user } from "./messages.fixture.ts";

const tails = fc.record({
  messages: fc.integer({ min: 1, max: 30 }),
  charsMax: fc.option(fc.integer({ min: 0, max: 30_000 }), { nil: undefined }),
  widen: fc.boolean(),
});
const tailOf = ({ charsMax, ...tail }: { messages: number; charsMax: number | undefined; widen: boolean }) => ({
  ...tail,
  ...(charsMax === undefined ? {} : { charsMax }),
});

test("wherever it cuts, every call keeps its results and every result its call, and the newest step stays", () => {
  fc.assert(
    fc.property(anyView, tails, ({ view }, tail) => {
      const cut = cutOf(view, tailOf(tail));
      if (cut === undefined) return;
      const kept = view.slice(cut);
      const calls = kept.flatMap(({ parts }) => parts.flatMap(({ chunk }) => (chunk.type === "tool-call" ? [chunk.toolCallId] : [])));
      const results = kept.flatMap(({ parts }) => parts.flatMap(({ chunk }) => (chunk.type === "tool-result" ? [chunk.toolCallId] : [])));
      expect(results).toEqual(calls);
      expect(cut).toBeGreaterThan(0);
      expect(kept.some(({ role }) => role === "assistant")).toBe(true);
    }),
  );
});

test("the tail is within its budget, or is the newest step alone", () => {
  fc.assert(
    fc.property(anyView, tails, ({ view }, tail) => {
      const cut = cutOf(view, tailOf(tail));
      if (cut === undefined || tail.charsMax === undefined) return;
      const newest = view.findLastIndex(({ role }) => role === "assistant");
      if (charsOfAll(view.slice(cut)) > tail.charsMax) expect(cut).toBe(newest);
    }),
  );
});

test("without a budget at least the floor stays, and no step more than it takes", () => {
  fc.assert(
    fc.property(anyView, fc.integer({ min: 1, max: 30 }), ({ view }, messages) => {
      const cut = cutOf(view, { messages, widen: false });
      if (cut === undefined) return;
      expect(view.length - cut).toBeGreaterThanOrEqual(messages);
      const isNewestStep = cut === view.findLastIndex(({ role }) => role === "assistant");
      expect(isNewestStep || view.slice(cut + 1, view.length - messages + 1).every(({ role }) => role === "tool")).toBe(true);
    }),
  );
});

test("a wide budget keeps more than the floor, up to all but what does not fit", () => {
  const view = [user("a", "x".repeat(1_000)), answer("b"), user("c"), answer("d"), user("e"), answer("f")];
  expect(cutOf(view, { messages: 2, charsMax: 500, widen: true })).toBe(1);
  expect(cutOf(view, { messages: 2, charsMax: 500, widen: false })).toBe(4);
});

test("the floor gives way to the budget", () => {
  const view = [user("a"), ...step("s", ["x".repeat(3_000)]), ...step("t", ["y".repeat(3_000)]), answer("z")];
  expect(cutOf(view, { messages: 10, charsMax: 4_000, widen: true })).toBe(3);
  expect(cutOf(view, { messages: 10, charsMax: 10, widen: true })).toBe(5);
});

test("one step of many calls is not taken apart for the floor", () => {
  const ids = Array.from({ length: 15 }, (_, index) => `c${index}`);
  const view = [user("a"), answer("b"), user("c"), call("many", ...ids), ...ids.map((id) => result(id))];
  expect(cutOf(view, { messages: 10, widen: false })).toBe(3);
  expect(cutOf(view.slice(3), { messages: 10, widen: false })).toBeUndefined();
  expect(cutOf([], { messages: 1, widen: false })).toBeUndefined();
});

test("the running turn's prompt is found behind its steps, also when messages steered it", () => {
  fc.assert(
    fc.property(anyView, ({ view, steps }) => {
      expect(promptOf(view, steps)?.id).toBe("prompt");
    }),
  );
  const steered = [user("old"), answer("done"), user("prompt"), ...step("s", ["1"]), user("steer"), ...step("t", ["2"]), user("again")];
  expect(promptOf(steered, 2)?.id).toBe("prompt");
  expect(promptOf([user("carried"), ...steered.slice(6)], 2)?.id).toBe("carried");
  expect(promptOf(steered.slice(4), 2)).toBeUndefined();
  expect(promptOf([user("old"), answer("done"), user("prompt")], 0)?.id).toBe("prompt");
});
