import { expect, test } from "vitest";
import type { Diagnostic } from "vscode-languageserver-types";
import { mergeDiagnostics, PushedDiagnostics, pulledDiagnostics } from "./diagnostics.ts";
import { countOf, showDiagnostics } from "./show-diagnostics.ts";

const problem = (line: number, message: string, more: Partial<Diagnostic> = {}): Diagnostic => ({
  range: { start: { line, character: 1 }, end: { line, character: 2 } },
  message,
  ...more,
});
const shown = (...diagnostics: readonly Diagnostic[]) => showDiagnostics([{ server: "x", path: "/a", diagnostics }]);

test("errors come before warnings, each in the order of the file; hints and information are left out", () => {
  const problems = shown(
    problem(5, "w", { severity: 2 }),
    problem(9, "e2", { severity: 1, source: "ts", code: 7 }),
    problem(3, "h", { severity: 4 }),
    problem(2, "i", { severity: 3 }),
    problem(1, "e1"),
  );
  expect(problems.lines).toEqual(["error 2:2 e1", "error 10:2 e2 [ts 7]", "warning 6:2 w"]);
  expect(countOf(problems)).toBe("2 errors, 1 warning");
});

// Reaches problemsShownMax, messageCharsMax of show-diagnostics.ts.
test("a message is one line of bounded length, and of many only the first are shown", () => {
  expect(shown(problem(0, "a\n  b\t\u00a0c")).lines).toEqual(["error 1:2 a b c"]);
  expect(shown(problem(0, "x".repeat(10_000))).lines[0]?.length).toBeLessThan(450);
  const many = shown(...Array.from({ length: 30 }, (_, n) => problem(n, "e")));
  expect([many.lines.length, many.lines.at(-1), many.errors]).toEqual([21, "… and 10 more", 30]);
});

test("what is pushed and what is answered counts once, by what it says and where", () => {
  const one = problem(1, "a", { severity: 1 });
  expect(mergeDiagnostics([one], [{ ...one }, problem(2, "a", { severity: 1 })])).toHaveLength(2);
});

test("what was pushed of an older version, or before the last change, does not count", () => {
  const pushed = new PushedDiagnostics();
  const say = (version?: number) => pushed.take({ uri: "file:///a", version, diagnostics: [problem(1, "a")] });
  say(1);
  expect([pushed.of("file:///a", 1), pushed.of("file:///a", 2)]).toEqual([[problem(1, "a")], undefined]);
  say();
  expect(pushed.of("file:///a", 2)).toHaveLength(1);
  pushed.forget("file:///a");
  expect(pushed.of("file:///a", 2)).toBeUndefined();
});

// Reaches diagnosticsMax.
test("whatever a server sends in place of diagnostics is none, and too many are cut", () => {
  const odd = [null, 7, "x", [], { items: 7 }, { items: [null, 7, {}, { message: "x" }, { message: 7, range: {} }] }];
  for (const answer of odd) expect(pulledDiagnostics(answer)).toEqual([]);
  expect(pulledDiagnostics({ items: Array(5_000).fill(problem(1, "a")) })).toHaveLength(200);
  const pushed = new PushedDiagnostics();
  for (const params of [null, 7, {}, { uri: 7 }, { uri: "file:///b", diagnostics: "no" }]) pushed.take(params);
  expect(pushed.of("file:///b", 1)).toEqual([]);
});

// Reaches messageCharsMax of diagnostics.ts, sourceCharsMax.
test("what a server says of one problem is kept as far as anybody reads it", () => {
  const [kept] = pulledDiagnostics({ items: [problem(1, "x".repeat(1_001), { source: "s".repeat(101), code: "c".repeat(101) })] });
  expect(kept).toEqual(problem(1, "x".repeat(1_000), { source: "s".repeat(100), code: "c".repeat(100) }));
});

// Reaches filesMax of diagnostics.ts.
test("of the files that a server tells of by itself the five hundred that it told of last are known", () => {
  const pushed = new PushedDiagnostics();
  const say = (n: number) => pushed.take({ uri: `file:///${n}`, diagnostics: [] });
  for (let n = 0; n < 500; n++) say(n);
  say(0);
  expect(pushed.of("file:///1", 1)).toEqual([]);
  say(500);
  expect([0, 1, 2].map((n) => pushed.of(`file:///${n}`, 1))).toEqual([[], undefined, []]);
});
