import assert from "node:assert/strict";
import type { Workspace } from "@dispatch/kernel";
import { assertRefused } from "./assert-refused.ts";
import type { Laws } from "./laws.ts";

export interface WorkspaceUnderTest {
  /** Its root is empty. */
  readonly workspace: Workspace;
  /** Writes a file below the root as another program would, its folders included. */
  put(path: string, content: string): void | Promise<void>;
}

/** What every Workspace must do, with a disk or without. Symlinks and races are for those that have a disk. */
export const workspaceLaws: Laws<WorkspaceUnderTest> = {
  "a path is relative to the root or absolute, and means the same file": async (open) => {
    const { workspace, put } = await open();
    await put("a/b.txt", "hello");
    for (const path of ["a/b.txt", "./a/../a/b.txt", `${workspace.root}/a/b.txt`]) {
      assert.equal(await workspace.resolve(path), `${workspace.root}/a/b.txt`);
      assert.equal(text(await workspace.read(path)), "hello");
      assert.equal(workspace.display(path), "a/b.txt");
    }
    assert.equal(workspace.display(workspace.root), ".");
  },
  "nothing outside is reached by any member, and a like-named neighbour is outside": async (open) => {
    const { workspace } = await open();
    for (const path of ["..", "../x", "/etc/passwd", "a/../../x", `${workspace.root}x`]) {
      assert.equal(await workspace.resolve(path), undefined, path);
      await assertRefused(workspace.stat(path), "denied", "workspace/outside");
      await assertRefused(workspace.list(path, 1), "denied", "workspace/outside");
      await assertRefused(workspace.read(path), "denied", "workspace/outside");
      await assertRefused(workspace.write(path, bytes("x")), "denied", "workspace/outside");
    }
  },
  "what does not exist has a path and nothing else": async (open) => {
    const { workspace } = await open();
    assert.equal(await workspace.resolve("no/such.txt"), `${workspace.root}/no/such.txt`);
    await assertRefused(workspace.stat("no"), "missing", "workspace/missing");
    await assertRefused(workspace.list("no", 1), "missing", "workspace/missing");
    await assertRefused(workspace.read("no"), "missing", "workspace/missing");
  },
  "text that cannot be a path is refused": async (open) => {
    const { workspace } = await open();
    for (const path of ["", "a\0b"]) await assertRefused(workspace.read(path), "invalid", "workspace/bad-path");
  },
  "stat tells files from folders": async (open) => {
    const { workspace, put } = await open();
    await put("a/b.txt", "hé");
    const { version, ...file } = await workspace.stat("a/b.txt");
    assert.deepEqual(file, { path: `${workspace.root}/a/b.txt`, kind: "file", sizeBytes: 3 });
    assert.equal((await workspace.stat("a")).kind, "directory");
    assert.notEqual(version, "");
  },
  "a folder is listed in the order of names, as far as asked, with the total": async (open) => {
    const { workspace, put } = await open();
    for (const path of ["b.txt", "a/deep.txt", "B.txt"]) await put(path, "12");
    const { entries, total } = await workspace.list(".", 2);
    assert.deepEqual([entries.map(({ name, kind }) => `${name} ${kind}`), total], [["B.txt file", "a directory"], 3]);
    assert.equal((await workspace.list(".", 9)).entries.find(({ name }) => name === "b.txt")?.sizeBytes, 2);
  },
  "a file is no folder and a folder is no file": async (open) => {
    const { workspace, put } = await open();
    await put("a/b.txt", "x");
    await assertRefused(workspace.list("a/b.txt", 1), "invalid", "workspace/not-a-folder");
    await assertRefused(workspace.read("a"), "invalid", "workspace/not-a-file");
    await assertRefused(workspace.write("a", bytes("x")), "invalid", "workspace/not-a-file");
  },
  "a part is read by bytes, and ends where the file ends": async (open) => {
    const { workspace, put } = await open();
    await put("a.txt", "0123456789");
    const part = async (offset: number, length?: number) =>
      text(await workspace.read("a.txt", length === undefined ? { offset } : { offset, length }));
    assert.deepEqual([await part(2, 3), await part(8), await part(8, 99), await part(10), await part(99)], ["234", "89", "89", "", ""]);
  },
  "a write creates or replaces, and gives the version that stat gives": async (open) => {
    const { workspace } = await open();
    const first = await workspace.write("a.txt", bytes("one"));
    assert.equal((await workspace.stat("a.txt")).version, first);
    const second = await workspace.write("a.txt", bytes("two"), first);
    assert.notEqual(second, first);
    assert.equal(text(await workspace.read("a.txt")), "two");
  },
  "a write expects what was seen, and a refused one leaves the file as it was": async (open) => {
    const { workspace, put } = await open();
    const seen = await workspace.write("a.txt", bytes("mine"), "absent");
    await put("a.txt", "theirs, longer");
    await assertRefused(workspace.write("a.txt", bytes("again"), seen), "conflict", "workspace/changed");
    await assertRefused(workspace.write("a.txt", bytes("again"), "absent"), "conflict", "workspace/exists");
    await assertRefused(workspace.write("b.txt", bytes("again"), seen), "conflict", "workspace/changed");
    assert.equal(text(await workspace.read("a.txt")), "theirs, longer");
    assert.equal((await workspace.list(".", 9)).total, 1);
  },
  "no folder is made by writing into it": async (open) => {
    const { workspace } = await open();
    await assertRefused(workspace.write("no/such.txt", bytes("x")), "missing", "workspace/missing");
    assert.equal((await workspace.list(".", 9)).total, 0);
  },
  "what is kept can be read and not overwritten, and one name is kept twice": async (open) => {
    const { workspace } = await open();
    const [one, two] = [await workspace.keep("out.txt", bytes("one")), await workspace.keep("out.txt", bytes("two"))];
    assert.deepEqual([text(await workspace.read(one)), text(await workspace.read(two))], ["one", "two"]);
    assert.ok(one.startsWith(`${workspace.scratch}/`));
    await assertRefused(workspace.write(one, bytes("x")), "denied", "workspace/outside");
  },
  "what was read is remembered by file, however its path was written": async (open) => {
    const { workspace } = await open();
    assert.equal(workspace.seen("a.txt"), undefined);
    workspace.note("./a.txt", "v1");
    assert.equal(workspace.seen(`${workspace.root}/a.txt`), "v1");
    assert.equal(workspace.seen("b.txt"), undefined);
  },
};

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
