import { chmod, readdir, readFile, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { resultText, validate } from "@dispatch/kernel";
import { extensionLaws, toolCall, toolLaws } from "@dispatch/testkit";
import { openDesk } from "@dispatch/workspace-local/fixture";
import { expect, test } from "vitest";
import extension from "./index.ts";
import { writeFile } from "./write-file.ts";

for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension })));
for (const [law, hold] of Object.entries(toolLaws))
  test(law, () =>
    hold(async () => ({
      tool: writeFile,
      workspace: (await openDesk({ "a.txt": "hello\n", "src/b": "" })).workspace,
      good: [
        { path: "new.txt", content: "x" },
        { path: "empty.txt", content: "" },
        { path: "a.txt", content: "x", overwrite: true },
      ],
      misfits: [{}, { path: "a.txt" }, { path: "a.txt", content: 1 }, { path: "a.txt", content: "", overwrite: "yes" }],
      refused: [
        { path: "a.txt", content: "x" },
        { path: "src", content: "x", overwrite: true },
        { path: "../x", content: "x" },
        { path: "no/such/x", content: "x" },
        { path: "a.txt/x", content: "x" },
        { path: "new/", content: "x" },
        { path: "~/x", content: "x" },
      ],
    })),
  );

async function writing(files: { readonly [path: string]: string } = {}) {
  const desk = await openDesk(files);
  const write = async (input: { readonly path: string; readonly content: string; readonly overwrite?: boolean }) => {
    const checked = await validate(writeFile.input, input);
    if (!checked.ok) throw new Error(checked.problems.join());
    const result = await writeFile.run(checked.value, toolCall(desk.workspace));
    return { text: resultText(result), refused: result.refused === true, details: result.details };
  };
  return { ...desk, write, content: (path: string) => readFile(join(desk.root, path), "utf8") };
}

test("a new file is created with exactly the content, and the result says how much that is", async () => {
  const { write, content } = await writing({ "src/a": "" });
  expect(await write({ path: "src/../src/b.txt", content: "é\r\n\tx\n" })).toEqual({
    text: "Created src/b.txt: 7 bytes, 2 lines.",
    refused: false,
    details: { path: "src/b.txt", created: true, sizeBytes: 7, lines: 2 },
  });
  expect(await content("src/b.txt")).toBe("é\r\n\tx\n");
});

test("an empty file has no lines, and a last line without a newline counts", async () => {
  const { write } = await writing();
  expect((await write({ path: "a", content: "" })).text).toBe("Created a: 0 bytes, 0 lines.");
  expect((await write({ path: "b", content: "x" })).text).toBe("Created b: 1 byte, 1 line.");
  expect((await write({ path: "c", content: "\n\n" })).text).toBe("Created c: 2 bytes, 2 lines.");
});

test("a file that exists is left alone without `overwrite`, and the refusal says both ways on", async () => {
  const { write, content } = await writing({ "a.txt": "old" });
  const { text, refused } = await write({ path: "a.txt", content: "new" });
  expect([refused, await content("a.txt")]).toEqual([true, "old"]);
  expect(text).toBe(
    "a.txt exists already (3 bytes). Use edit_file to change a part of it, or call again with overwrite: true to replace it whole.",
  );
});

test("with `overwrite` the file is replaced, keeps its mode, and nothing else is left in the folder", async () => {
  const { write, content, root } = await writing({ "run.sh": "old" });
  await chmod(join(root, "run.sh"), 0o755);
  expect((await write({ path: "run.sh", content: "new!", overwrite: true })).text).toBe(
    "Replaced run.sh: 4 bytes, 1 line (before: 3 bytes).",
  );
  expect([await content("run.sh"), (await stat(join(root, "run.sh"))).mode & 0o777, await readdir(root)]).toEqual([
    "new!",
    0o755,
    ["run.sh"],
  ]);
});

test("a file that has changed since it was read is not replaced until it is read again", async () => {
  const { write, content, workspace, put } = await writing({ "a.txt": "old" });
  workspace.note("a.txt", (await workspace.stat("a.txt")).version);
  await put("a.txt", "by somebody else");
  const refusal = await write({ path: "a.txt", content: "mine", overwrite: true });
  expect([refusal.refused, await content("a.txt")]).toEqual([true, "by somebody else"]);
  expect(refusal.text).toContain("changed since you read it. Read it again");
  workspace.note("a.txt", (await workspace.stat("a.txt")).version);
  expect((await write({ path: "a.txt", content: "mine", overwrite: true })).refused).toBe(false);
});

test("what one has written oneself counts as read", async () => {
  const { write, workspace } = await writing();
  await write({ path: "a.txt", content: "one" });
  expect(workspace.seen("a.txt")).toBe((await workspace.stat("a.txt")).version);
  expect((await write({ path: "a.txt", content: "two", overwrite: true })).refused).toBe(false);
});

test("of two conversations that create one file at once, one is refused", async () => {
  const { workspaces, root, content } = await writing();
  const desks = await Promise.all(["c1", "c2"].map((id) => workspaces.open(id, root)));
  const results = await Promise.all(desks.map((workspace, i) => writeFile.run({ path: "a", content: `by ${i}` }, toolCall(workspace))));
  expect(results.map((result) => result.refused === true).sort()).toEqual([false, true]);
  expect(await content("a")).toMatch(/^by [01]$/);
});

test("a missing folder is named, and the command that makes it works as it stands", async () => {
  const { write, root } = await writing({ "src/a": "" });
  const { text, refused } = await write({ path: "src/it's/new/b.txt", content: "x" });
  expect(refused).toBe(true);
  expect(text).toContain("The folder src/it's does not exist, and write_file makes no folders.");
  const [, command] = /run_shell: (.*)$/.exec(text) ?? [];
  Bun.spawnSync(["sh", "-c", command ?? ""], { cwd: root });
  expect((await write({ path: "src/it's/new/b.txt", content: "x" })).refused).toBe(false);
});

test("a file on the way is said to be one", async () => {
  const { write } = await writing({ "a.txt": "" });
  expect(await write({ path: "a.txt/b", content: "x" })).toMatchObject({
    refused: true,
    text: expect.stringContaining("a name on the way is a file"),
  });
});

test("a link inside is followed, a link outside is refused", async () => {
  const { write, content, root, outside } = await writing({ "real.txt": "old" });
  await symlink("real.txt", join(root, "in"));
  await symlink(join(outside, "secret.txt"), join(root, "out"));
  expect((await write({ path: "in", content: "new", overwrite: true })).text).toBe("Replaced real.txt: 3 bytes, 1 line (before: 3 bytes).");
  expect(await content("real.txt")).toBe("new");
  expect((await write({ path: "out", content: "new", overwrite: true })).refused).toBe(true);
  expect(await readFile(join(outside, "secret.txt"), "utf8")).toBe("secret");
});

test("half a character is refused, not replaced by another", async () => {
  const { write } = await writing();
  expect((await write({ path: "a", content: "\ud83d" })).refused).toBe(true);
});

// Reaches contentCharsMax.
test("a file of ten million characters is written, one of more is refused", async () => {
  const content = "x".repeat(10 * 1024 * 1024);
  expect((await validate(writeFile.input, { path: "a.txt", content })).ok).toBe(true);
  expect((await validate(writeFile.input, { path: "a.txt", content: `${content}x` })).ok).toBe(false);
});
