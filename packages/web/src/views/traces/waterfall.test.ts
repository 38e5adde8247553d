import { expect, test } from "vitest";
import type { Span } from "./turns.ts";
import { barOf, extentOf, firstOf, linesOf, moveOf } from "./waterfall.ts";

const span = (id: string, depth: number, startedAt = 0, durationMs = 1, more: Partial<Span> = {}): Span => ({
  id,
  kind: "span",
  name: id,
  depth,
  extensionId: "x",
  startedAt,
  durationMs,
  state: "ok",
  attributes: {},
  ...more,
});
function running(id: string, startedAt: number): Span {
  const { durationMs: _, ...open } = span(id, 1, startedAt);
  return { ...open, state: "open" };
}
const tree = [span("turn", 0), span("one", 1), span("prompt", 2), span("two", 1), span("tool", 2), span("deep", 3)];
const ids = (folded: readonly string[]) => linesOf(tree, new Set(folded)).map((line) => line.span.id);

test("what is within a folded span is not shown, and the rest is", () => {
  expect(ids([])).toEqual(["turn", "one", "prompt", "two", "tool", "deep"]);
  expect(ids(["one"])).toEqual(["turn", "one", "two", "tool", "deep"]);
  expect(ids(["two", "tool"])).toEqual(["turn", "one", "prompt", "two"]);
  expect(ids(["turn"])).toEqual(["turn"]);
  expect(ids(["prompt"])).toHaveLength(6);
});

test("each line knows its place among those beside it", () => {
  const places = linesOf(tree, new Set()).map(({ place, siblings }) => `${place}/${siblings}`);
  expect(places).toEqual(["1/1", "1/2", "1/1", "2/2", "1/1", "1/1"]);
});

test("bars stand where their time is; what runs reaches to the end, and clocks that went back do no harm", () => {
  const spans = [span("turn", 0, 1_000, 400), span("step", 1, 1_100, 100), running("open", 1_300), span("odd", 1, 900, 9_999)];
  const extent = { start: 1_000, durationMs: 400 };
  expect(spans.map((one) => barOf(one, extent))).toEqual([
    { left: 0, width: 1 },
    { left: 0.25, width: 0.25 },
    { left: 0.75, width: 0.25 },
    { left: 0, width: 1 },
  ]);
  expect(extentOf(spans)).toEqual({ start: 900, durationMs: 9_999 });
  expect(extentOf([])).toEqual({ start: 0, durationMs: 0.001 });
  expect(barOf({ ...running("log", 1_200), kind: "log" }, extent)).toEqual({ left: 0.5, width: 0 });
});

test("keys go through the tree as in every tree: right unfolds or goes in, left folds or goes out", () => {
  const lines = linesOf(tree, new Set(["two"]));
  expect(moveOf("ArrowDown", lines, 3, 10)).toEqual({ to: 3 });
  expect(moveOf("ArrowUp", lines, 0, 10)).toEqual({ to: 0 });
  expect(moveOf("ArrowRight", lines, 3, 10)).toEqual({ fold: "two" });
  expect(moveOf("ArrowRight", lines, 0, 10)).toEqual({ to: 1 });
  expect(moveOf("ArrowRight", lines, 2, 10)).toBeUndefined();
  expect(moveOf("ArrowLeft", lines, 1, 10)).toEqual({ fold: "one" });
  expect(moveOf("ArrowLeft", lines, 2, 10)).toEqual({ to: 1 });
  expect(moveOf("PageDown", lines, 0, 2)).toEqual({ to: 2 });
  expect(moveOf("End", lines, 0, 2)).toEqual({ to: 3 });
  expect(moveOf("x", lines, 0, 2)).toBeUndefined();
  expect(moveOf("End", [], 0, 2)).toBeUndefined();
});

test("what failed deepest and says why is looked at first, or else the turn", () => {
  expect(firstOf(tree)).toBe("turn");
  expect(firstOf([span("turn", 0, 0, 1, { state: "error" }), span("request", 2, 0, 1, { state: "error" })])).toBe("request");
  const failed = { state: "error" } as const;
  const why = { ...failed, attributes: { "error.message": "bad key" } };
  expect(firstOf([span("turn", 0), span("ttft", 2, 0, 1, failed), span("request", 2, 0, 1, why), span("step", 1, 0, 1, why)])).toBe(
    "request",
  );
  expect(firstOf([])).toBeUndefined();
});
