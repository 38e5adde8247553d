import type { StoredRecord } from "@dispatch/trace-store";
import { expect, test } from "vitest";
import { treePieces } from "./tree-pieces.ts";

const at = { extensionId: "x", timestamp: 1 } as const;
let ids = 0;
const open = (spanId: string, name: string, more: object = {}): StoredRecord => ({
  ...at,
  id: `${ids++}`,
  kind: "span-open",
  spanId,
  name,
  ...more,
});
const close = (spanId: string, name: string, durationMs: number, more: object = {}): StoredRecord => ({
  ...at,
  id: `${ids++}`,
  kind: "span-close",
  spanId,
  name,
  durationMs,
  status: "ok",
  ...more,
});
const log = (level: "debug" | "info" | "error", msg: string, more: object = {}): StoredRecord => ({
  ...at,
  id: `${ids++}`,
  kind: "log",
  level,
  msg,
  ...more,
});
const tree = (...records: readonly StoredRecord[]) =>
  treePieces(records)
    .map(({ text }) => text)
    .join("");

// Reaches shownMax and stringCharsMax.
test("a turn is a tree: durations, failures, up to three attributes, bodies, what is open and what was logged", () => {
  const shown = tree(
    open("t", "turn", { attributes: { model: "opencode/a-name-of-more-than-twenty-characters", n: 1, ok: true, fourth: 4 } }),
    open("s", "step", { parentSpanId: "t" }),
    open("p", "prompt", { parentSpanId: "s", bodyHash: "h", bodySizeBytes: 1_536 }),
    close("p", "prompt", 1.2, { parentSpanId: "s" }),
    log("info", "noticed", { spanId: "s" }),
    log("error", "broke", { parentSpanId: "s", attributes: { why: null } }),
    close("s", "step", 1_240, { parentSpanId: "t", status: "error" }),
    open("c", "tool-call", { parentSpanId: "t" }),
    close("t", "turn", 61_000, { attributes: { model: "opencode/a-name-of-more-than-twenty-characters", n: 1, ok: true, fourth: 4 } }),
  );
  expect(shown).toBe(`- turn 1m1s {model=opencode/a-name-of-m…, n=1, ok=true}
  - step 1.2s ERR
    - prompt 1ms [body 1.5k]
    - noticed
    - [error] broke {why=null}
  - tool-call (open)
`);
});

test("nothing is printed of a turn that nobody knows", () => {
  expect(tree()).toBe("");
});

test("a parent that is not there, spans that are each other's parents, and one that is its own: nothing is lost and nothing hangs", () => {
  const shown = tree(
    close("a", "orphan", 1, { parentSpanId: "gone" }),
    close("b", "one", 1, { parentSpanId: "c" }),
    close("c", "other", 1, { parentSpanId: "b" }),
    close("d", "own", 1, { parentSpanId: "d" }),
    log("info", "lost", { spanId: "nowhere" }),
  );
  expect(shown).toBe("- orphan 1ms\n- other 1ms\n  - one 1ms\n- own 1ms\n- lost\n");
});

// Reaches indentLevelsMax.
test("what is nested ten thousand deep is shown, indented as far as makes sense", () => {
  const records = Array.from({ length: 12_000 }, (_, n) => close(`s${n}`, "deep", 1, { parentSpanId: `s${n - 1}` }));
  const lines = tree(...records)
    .trimEnd()
    .split("\n");
  expect(lines).toHaveLength(12_000);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(120);
});

// Reaches nameCharsMax.
test("a clock that went back shows as it is; a name of a million characters is one short line; a newline in a name makes none", () => {
  expect(tree(close("a", "back", -5))).toBe("- back -5ms\n");
  const [line = ""] = tree(close("b", "x\n".repeat(500_000), 1, { attributes: { ["k\n".repeat(3)]: "v\u0007\n".repeat(100_000) } })).split(
    "\n",
  );
  expect(line.length).toBeLessThan(300);
  expect(tree(log("info", "two\nlines"))).toBe("- two lines\n");
});

test("texts that prompts refer to are not shown", () => {
  expect(
    tree(log("debug", "body", { extensionId: "turn-trace", bodyHash: "h" }), log("debug", "body", { extensionId: "turn-trace" })),
  ).toBe("- [debug] body\n");
});

test("a span whose opening was lost stands at its place", () => {
  expect(tree(open("t", "turn"), close("s", "step", 5, { parentSpanId: "t" }))).toBe("- turn (open)\n  - step 5ms\n");
});
