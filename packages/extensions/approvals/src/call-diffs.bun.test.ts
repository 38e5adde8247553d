import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { defineTool, say } from "@dispatch/kernel";
import { openDesk } from "@dispatch/workspace-local/fixture";
import { expect, test } from "vitest";
import { z } from "zod";
import { callDiffs } from "./call-diffs.ts";

const named = (name: string) =>
  defineTool({ name, description: "", input: z.any(), effect: "write", timeoutMs: 1, run: async () => say("") });

async function desk() {
  const { workspace, root } = await openDesk();
  await writeFile(join(root, "a.txt"), "one\r\ntwo\r\n");
  await writeFile(join(root, "raw.bin"), new Uint8Array([0xff, 0xfe, 0]));
  return { root, of: (name: string, input: unknown) => callDiffs.of({ tool: named(name), input, workspace }) };
}

test("an edit is shown as it would be made, a new file as all new, a replaced one against what stands there", async () => {
  const { of: diff } = await desk();
  const edits = [{ old: "two", new: "2" }];
  const edited = "--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n";
  expect(await diff("edit_file", { path: "a.txt", edits })).toBe(edited);
  expect(await diff("write_file", { path: "a.txt", content: "one\n2\n", overwrite: true })).toBe(edited);
  expect(await diff("write_file", { path: "b.txt", content: "x\n" })).toBe("--- a/b.txt\n+++ b/b.txt\n@@ -0,0 +1 @@\n+x\n");
});

test("where nothing could be changed, or nothing is text, there is no diff, and nothing is thrown", async () => {
  const { of: diff } = await desk();
  const calls: readonly (readonly [string, unknown])[] = [
    ["edit_file", { path: "a.txt", edits: [{ old: "three", new: "3" }] }],
    ["edit_file", { path: "a.txt" }],
    ["edit_file", { path: "../../etc/passwd", edits: [{ old: "root", new: "me" }] }],
    ["write_file", { path: "/etc/passwd", content: "x" }],
    ["write_file", { path: "raw.bin", content: "x" }],
    ["write_file", { path: ".", content: "x" }],
    ["write_file", { path: "a\0b", content: "x" }],
    ["write_file", { path: "c.txt", content: 1 }],
    ["run_shell", { command: "rm a.txt" }],
  ];
  for (const [name, input] of calls) expect([name, input, await diff(name, input)]).toEqual([name, input, null]);
});

// Reaches fileBytesMax.
test("what is larger than a person would look at is neither read nor compared", async () => {
  const { root, of: diff } = await desk();
  const most = 2 * 1024 * 1024;
  const text = `first${"x".repeat(58)}\n${`${"x".repeat(63)}\n`.repeat(most / 64 - 1)}`;
  await writeFile(join(root, "fits.txt"), text);
  await writeFile(join(root, "large.txt"), `${text}y`);
  const edits = [{ old: "first", new: "1st" }];
  expect(await diff("edit_file", { path: "fits.txt", edits })).toContain("+1st");
  expect(await diff("edit_file", { path: "large.txt", edits })).toBeNull();
  expect(await diff("write_file", { path: "large.txt", content: "small" })).toBeNull();
  const content = text.replace("first", "other");
  expect(await diff("write_file", { path: "fits.txt", content })).toContain("+other");
  expect(await diff("write_file", { path: "fits.txt", content: `${content}y` })).toBeNull();
});
