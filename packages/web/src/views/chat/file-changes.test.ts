import { expect, test } from "vitest";
import { changesOf } from "./file-changes.ts";

// Reaches linesMax of file-changes.ts.
test("400 changed lines are shown, and that there are more", () => {
  const write = (count: number) => changesOf("write_file", { content: "x\n".repeat(count) }) ?? [];
  expect(write(400)).toHaveLength(400);
  expect([write(401).length, write(401).at(-1)?.kind]).toEqual([401, "gap"]);
  expect(write(10_000)).toHaveLength(401);
});

// Reaches charsMax.
test("60,000 characters of a new file are shown, and texts that are longer together are not compared", () => {
  expect(changesOf("write_file", { content: "x".repeat(70_000) })?.[0]?.text).toHaveLength(60_000);
  const edit = (length: number) => changesOf("edit_file", { edits: [{ old: `${"x".repeat(length)}\nsame`, new: "same" }] });
  expect(edit(59_991)?.map(({ kind }) => kind)).toEqual(["removed", "same"]);
  expect(edit(59_992)?.map(({ kind, text }) => [kind, text.length])).toEqual([
    ["removed", 30_000],
    ["added", 4],
  ]);
});
