import { chmod, mkdir, readdir, readFile, stat, truncate, utimes } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { openDesk } from "./desk.fixture.ts";
import { foldersMax, keptFilesMax, Scratch } from "./scratch.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test("what is kept can be read back, under a fresh name each time", async () => {
  const { workspace } = await openDesk();
  const first = await workspace.keep("out.txt", bytes("one"));
  const second = await workspace.keep("out.txt", bytes("two"));
  expect(first).not.toBe(second);
  expect(new TextDecoder().decode(await workspace.read(first))).toBe("one");
  expect(dirname(first)).toBe(workspace.scratch);
  expect(basename(first)).toMatch(/^[0-9a-f]{8}-out\.txt$/);
});

test("nothing is made before something is kept, and then only the owner may look", async () => {
  const { workspace, dataDir } = await openDesk();
  expect(await readdir(dataDir)).toEqual([]);
  const file = await workspace.keep("out.txt", bytes("one"));
  expect((await stat(workspace.scratch)).mode & 0o777).toBe(0o700);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test("neither a conversation's id nor a name becomes a path", async () => {
  const { workspaces, root, dataDir } = await openDesk();
  const folders = new Set<string>();
  for (const id of ["../../etc", "a/b", "A", "a", "x".repeat(5_000), "\0", ""]) {
    const workspace = await workspaces.open(id, root);
    const kept = await workspace.keep("../../evil\0 name.txt", bytes("x"));
    expect(dirname(dirname(kept))).toBe(join(dataDir, "scratch"));
    expect(basename(dirname(kept))).toMatch(/^[0-9a-f]{32}$/);
    expect(basename(kept)).toMatch(/^[0-9a-f]{8}-[A-Za-z0-9._-]+$/);
    folders.add(dirname(kept));
  }
  expect(folders.size).toBe(7);
});

test("the oldest gives way to the newest", async () => {
  const { workspace } = await openDesk();
  const kept: string[] = [];
  for (let i = 0; i < keptFilesMax + 3; i++) {
    const file = await workspace.keep("out.txt", bytes(String(i)));
    await utimes(file, i, i);
    kept.push(file);
  }
  expect((await readdir(workspace.scratch)).sort()).toEqual(
    kept
      .slice(3)
      .map((file) => basename(file))
      .sort(),
  );
});

// Reaches foldersMax of scratch.ts.
test("the folder of the conversation that kept something longest ago gives way to a new one", async () => {
  const { dataDir } = await openDesk();
  const scratch = join(dataDir, "scratch");
  for (let i = 0; i < foldersMax; i++) {
    await mkdir(join(scratch, `f${i}`), { recursive: true });
    await utimes(join(scratch, `f${i}`), i, i);
  }
  const kept = await new Scratch(dataDir, "new").keep("a", bytes("x"));
  const left = await readdir(scratch);
  expect([left.length, left.includes("f0"), left.includes("f1")]).toEqual([foldersMax, false, true]);
  expect(await readFile(kept, "utf8")).toBe("x");
});

test("a file in the place of the folder is a fault, not a crash", async () => {
  const { dataDir } = await openDesk();
  const scratch = new Scratch(dataDir, "c");
  await mkdir(dirname(scratch.folder));
  await Bun.write(scratch.folder, "");
  await chmod(scratch.folder, 0o600);
  await expect(scratch.keep("a", bytes("x"))).rejects.toMatchObject({ code: "workspace/not-a-folder" });
});

// Reaches nameCharsMax.
test("of a long name the last 64 characters are kept", async () => {
  const { workspace } = await openDesk();
  expect(basename(await workspace.keep(`${"x".repeat(300)}.txt`, bytes("one")))).toMatch(/^[0-9a-f]{8}-x{60}\.txt$/);
});

// Reaches keptBytesMax.
test("512 MiB are kept of one conversation; beyond them the oldest gives way", async () => {
  const { workspace } = await openDesk();
  const old = await workspace.keep("old.txt", bytes("x"));
  await truncate(old, 512 * 1024 * 1024 - 10);
  await utimes(old, 1, 1);
  await workspace.keep("ten.txt", bytes("0123456789"));
  expect(await readdir(workspace.scratch)).toContain(basename(old));
  await workspace.keep("one.txt", bytes("0"));
  expect(await readdir(workspace.scratch)).toHaveLength(2);
  expect(await readdir(workspace.scratch)).not.toContain(basename(old));
});
