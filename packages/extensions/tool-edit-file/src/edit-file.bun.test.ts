import { chmod, readFile, stat, symlink, truncate } from "node:fs/promises";
import { join } from "node:path";
import { type Json, resultText, validate } from "@dispatch/kernel";
import { extensionLaws, toolCall, toolLaws } from "@dispatch/testkit";
import { openDesk } from "@dispatch/workspace-local/fixture";
import { expect, test } from "vitest";
import { editFile } from "./edit-file.ts";
import extension from "./index.ts";

for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension })));
for (const [law, hold] of Object.entries(toolLaws))
  test(law, () =>
    hold(async () => ({
      tool: editFile,
      workspace: (await openDesk({ "a.txt": "one\ntwo\ntwo\n", "src/b": "" })).workspace,
      good: [
        { path: "a.txt", edits: [{ old: "one", new: "1" }] },
        { path: "a.txt", edits: [{ old: "two", new: "2", replaceAll: true }] },
      ],
      misfits: [
        {},
        { path: "a.txt" },
        { path: "a.txt", edits: [] },
        { path: "a.txt", edits: [{ old: "x" }] },
        { path: "a.txt", edits: Array.from({ length: 51 }, () => ({ old: "a", new: "b" })) },
      ],
      refused: [
        { path: "none", edits: [{ old: "a", new: "b" }] },
        { path: "src", edits: [{ old: "a", new: "b" }] },
        { path: "../x", edits: [{ old: "a", new: "b" }] },
        { path: "a.txt", edits: [{ old: "", new: "b" }] },
        { path: "a.txt", edits: [{ old: "one", new: "one" }] },
        { path: "a.txt", edits: [{ old: "two", new: "2" }] },
        { path: "a.txt", edits: [{ old: "three", new: "3" }] },
      ],
    })),
  );

async function editing(files: { readonly [path: string]: string | Uint8Array }) {
  const desk = await openDesk(files);
  const edit = async (path: string, ...edits: readonly { readonly old: string; readonly new: string; readonly replaceAll?: boolean }[]) => {
    const checked = await validate(editFile.input, { path, edits } as unknown as Json);
    if (!checked.ok) throw new Error(checked.problems.join());
    const result = await editFile.run(checked.value, toolCall(desk.workspace));
    return { text: resultText(result), refused: result.refused === true, details: result.details };
  };
  return { ...desk, edit, content: (path: string) => readFile(join(desk.root, path), "utf8") };
}

test("the model is told what changed where, the screen gets the diff", async () => {
  const { edit, content } = await editing({ "src/a.ts": "one\ntwo\nthree\nfour\n" });
  expect(await edit("./src/a.ts", { old: "two\nthree", new: "2\n2.5\n3" })).toEqual({
    text: "Edited src/a.ts: 1 replacement; what changed is now within lines 2 to 4.",
    refused: false,
    details: { path: "src/a.ts", diff: "--- a/src/a.ts\n+++ b/src/a.ts\n@@ -1,4 +1,5 @@\n one\n-two\n-three\n+2\n+2.5\n+3\n four\n" },
  });
  expect(await content("src/a.ts")).toBe("one\n2\n2.5\n3\nfour\n");
});

test("of several edits all are made or none is", async () => {
  const { edit, content } = await editing({ "a.txt": "one two three" });
  expect((await edit("a.txt", { old: "one", new: "1" }, { old: "four", new: "4" })).refused).toBe(true);
  expect(await content("a.txt")).toBe("one two three");
  expect((await edit("a.txt", { old: "one", new: "1" }, { old: "1 two", new: "2" })).refused).toBe(false);
  expect(await content("a.txt")).toBe("2 three");
});

test("line breaks, byte order mark and mode stay as they are", async () => {
  const { edit, root } = await editing({ "a.bat": "\ufeff@echo off\r\necho one\r\nexit\r\n" });
  await chmod(join(root, "a.bat"), 0o750);
  expect((await edit("a.bat", { old: "@echo off\necho one\n", new: "echo two\necho three\n" })).refused).toBe(false);
  expect((await readFile(join(root, "a.bat"))).toString("utf8")).toBe("\ufeffecho two\r\necho three\r\nexit\r\n");
  expect((await stat(join(root, "a.bat"))).mode & 0o777).toBe(0o750);
});

test("a file that has changed since it was read is left alone until it is read again", async () => {
  const { edit, content, workspace, put } = await editing({ "a.txt": "one" });
  workspace.note("a.txt", (await workspace.stat("a.txt")).version);
  await put("a.txt", "one, by somebody else");
  const refusal = await edit("a.txt", { old: "one", new: "1" });
  expect(refusal).toMatchObject({ refused: true, text: expect.stringContaining("changed since you read it. Read it again") });
  workspace.note("a.txt", (await workspace.stat("a.txt")).version);
  await edit("a.txt", { old: "one", new: "1" });
  expect(await content("a.txt")).toBe("1, by somebody else");
});

test("edit after edit needs no reading in between", async () => {
  const { edit, content, workspace } = await editing({ "a.txt": "one" });
  workspace.note("a.txt", (await workspace.stat("a.txt")).version);
  await edit("a.txt", { old: "one", new: "two" });
  expect((await edit("a.txt", { old: "two", new: "three" })).refused).toBe(false);
  expect(await content("a.txt")).toBe("three");
});

test("of two conversations that edit one file at once, both edits land or one is refused", async () => {
  const { workspaces, root, content } = await editing({ "a.txt": "one two" });
  const inputs = [
    { path: "a.txt", edits: [{ old: "one", new: "1" }] },
    { path: "a.txt", edits: [{ old: "two", new: "2" }] },
  ];
  const desks = await Promise.all(["c1", "c2"].map((id) => workspaces.open(id, root)));
  const results = await Promise.all(desks.map((workspace, i) => editFile.run(inputs[i], toolCall(workspace))));
  const made = results.map((result) => result.refused !== true);
  expect(await content("a.txt")).toBe(`${made[0] ? "1" : "one"} ${made[1] ? "2" : "two"}`);
  expect(made).toContain(true);
});

test("a file that is not UTF-8 is refused, because writing it back would damage it", async () => {
  const { edit, root } = await editing({ "a.txt": new Uint8Array([97, 0xff, 98]) });
  expect(await edit("a.txt", { old: "a", new: "x" })).toMatchObject({ refused: true, text: expect.stringContaining("not UTF-8") });
  expect([...(await readFile(join(root, "a.txt")))]).toEqual([97, 0xff, 98]);
});

// Reaches fileBytesMax.
test("a file that is too large to edit is refused before it is read", async () => {
  const { edit, put } = await editing({});
  await truncate(await put("big", ""), 2 * 1024 ** 3);
  expect(await edit("big", { old: "a", new: "b" })).toMatchObject({ refused: true, text: expect.stringContaining("10,485,760 bytes") });
});

test("a change too large for a diff is made all the same", async () => {
  const { edit, content } = await editing({ "a.txt": "old\n".repeat(20_000) });
  expect(await edit("a.txt", { old: "old", new: "new", replaceAll: true })).toEqual({
    text: "Edited a.txt: 20,000 replacements; what changed is now within lines 1 to 20000.",
    refused: false,
    details: { path: "a.txt", diff: "", tooLarge: true },
  });
  expect(await content("a.txt")).toBe("new\n".repeat(20_000));
});

test("through a link the file itself is edited, and stays where it is", async () => {
  const { edit, content, root } = await editing({ "real.txt": "one" });
  await symlink("real.txt", join(root, "link"));
  expect((await edit("link", { old: "one", new: "two" })).text).toContain("Edited real.txt");
  expect(await content("real.txt")).toBe("two");
});

test("a pipe is refused and does not hang", async () => {
  const { edit, root } = await editing({});
  Bun.spawnSync(["mkfifo", join(root, "p")]);
  expect((await edit("p", { old: "a", new: "b" })).refused).toBe(true);
});

// Reaches editsMax.
test("one call makes at most fifty edits", async () => {
  const call = (count: number) => ({ path: "a.txt", edits: Array.from({ length: count }, (_, n) => ({ old: `${n}`, new: "x" })) });
  expect((await validate(editFile.input, call(50))).ok).toBe(true);
  expect((await validate(editFile.input, call(51))).ok).toBe(false);
});
