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
  return (name: string, input: unknown) => callDiffs.of({ tool: named(name), input, workspace });
}

test("an edit is shown as it would be made, a new file as all new, a replaced one against what stands there", async () => {
  const diff = await desk();
  const edits = [{ old: "two", new: "2" }];
  const edited = "--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n";
  expect(await diff("edit_file", { path: "a.txt", edits })).toBe(edited);
  expect(await diff("write_file", { path: "a.txt", content: "one\n2\n", overwrite: true })).toBe(edited);
  expect(await diff("write_file", { path: "b.txt", content: "x\n" })).toBe("--- a/b.txt\n+++ b/b.txt\n@@ -0,0 +1 @@\n+x\n");
});

test("where nothing could be changed, or nothing is text, there is no diff, and nothing is thrown", async () => {
  const diff = await desk();
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
