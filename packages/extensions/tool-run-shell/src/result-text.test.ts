import { expect, test } from "vitest";
import { resultText } from "./result-text.ts";
import type { Outcome } from "./run-command.ts";

const command = { command: "make", cwd: "/work", timeoutMs: 1_500 };
const fine: Outcome = {
  output: { head: "done\n", tail: "", leftOutBytes: 0, totalBytes: 5 },
  exit: { code: 0 },
  leftovers: false,
  escaped: false,
  durationMs: 1_234,
};
const text = (change: Partial<Outcome>) => resultText({ ...fine, ...change }, command);
const kill = { code: 137, signal: "SIGKILL" };

test("the output comes first and the exit code last", () => {
  expect(text({})).toBe("done\nexit code 0 (1.2 s)");
  expect(text({ output: { ...fine.output, head: "no newline" } })).toBe("no newline\nexit code 0 (1.2 s)");
});

test("no output is said, and an empty line is output", () => {
  expect(text({ output: { ...fine.output, head: "" } })).toBe("(no output)\nexit code 0 (1.2 s)");
  expect(text({ output: { ...fine.output, head: "\n" } })).toBe("\nexit code 0 (1.2 s)");
});

test.each([
  [{ exit: { code: 2 } }, "exit code 2 (1.2 s)"],
  [{ exit: kill }, "exit code 137, ended by SIGKILL (1.2 s)"],
  [{ exit: kill, cut: "timeout" }, "timed out after 1.5 s: exit code 137, ended by SIGKILL (1.2 s)"],
  [{ exit: { code: 0 }, cut: "stopped" }, "stopped: exit code 0 (1.2 s)"],
] satisfies [Partial<Outcome>, string][])("the last line of %j", (change, line) => {
  expect(text(change).split("\n").at(-1)).toBe(line);
});

test("a shell that could not be ended has no exit code", () => {
  const { exit: _, ...stuck } = fine;
  expect(resultText({ ...stuck, cut: "stopped" }, command)).toBe("done\nstopped: no exit code, because it could not be ended (1.2 s)");
});

test("what is left out is said where it was, with the way to it", () => {
  const output = { head: "first", tail: "last\n", leftOutBytes: 70, totalBytes: 80, path: "/scratch/1" };
  expect(text({ output })).toBe(
    "first\n\n[70 bytes are left out here. The whole output, 80 bytes, is in /scratch/1: page it with read_file.]\n\nlast\nexit code 0 (1.2 s)",
  );
  expect(text({ output: { ...output, lost: "The disk is full." } })).toContain(
    "[70 bytes are left out here. The beginning of the whole is in /scratch/1; then it could not be kept any more: The disk is full.]",
  );
  const { path: _, ...nowhere } = output;
  expect(text({ output: { ...nowhere, lost: "The disk is full." } })).toContain(
    "[70 bytes are left out here. They could not be kept: The disk is full.]",
  );
});

test("notes stand between the output and the end", () => {
  const lines = text({ cut: "too-much-output", exit: kill, leftovers: true, escaped: true }).split("\n");
  expect(lines.map((line) => line.slice(0, 24))).toEqual([
    "done",
    "[The output reached its ",
    "[Processes that were sti",
    "[A process that has deta",
    "ended at the limit of it",
  ]);
});
