import { appendFile, mkdtemp, realpath, rm, symlink, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assertRefused } from "@dispatch/testkit";
import { expect, onTestFinished, test } from "vitest";
import { openDesk } from "./desk.fixture.ts";
import { readBytesMax } from "./local-workspace.ts";
import { pinByName } from "./pinned.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test("a range gives its bytes, fewer at the end and none behind it", async () => {
  const { workspace } = await openDesk({ "a.txt": "0123456789" });
  const read = async (offset?: number, length?: number) =>
    text(await workspace.read("a.txt", { ...(offset !== undefined && { offset }), ...(length !== undefined && { length }) }));
  expect(await read()).toBe("0123456789");
  expect(await read(3)).toBe("3456789");
  expect(await read(3, 4)).toBe("3456");
  expect(await read(8, 100)).toBe("89");
  expect(await read(10, 1)).toBe("");
  expect(await read(999)).toBe("");
  expect(await read(0, 0)).toBe("");
});

test("a file of more bytes than are read at once is refused whole and readable in parts", async () => {
  const { workspace, put } = await openDesk();
  await truncate(await put("big", ""), readBytesMax + 1);
  await assertRefused(workspace.read("big"), "limited", "workspace/too-large");
  expect((await workspace.read("big", { offset: readBytesMax - 4, length: 100 })).length).toBe(5);
});

test("stat tells files, folders and the rest apart, and the version changes with the content", async () => {
  const { workspace, root, put } = await openDesk({ "a.txt": "hello" });
  Bun.spawnSync(["mkfifo", join(root, "pipe")]);
  const file = await workspace.stat("./a.txt");
  expect({ ...file, version: "" }).toEqual({ path: join(root, "a.txt"), kind: "file", sizeBytes: 5, version: "" });
  expect((await workspace.stat(".")).kind).toBe("directory");
  expect((await workspace.stat("pipe")).kind).toBe("other");
  await appendFile(await put("a.txt", "hello"), "!");
  expect((await workspace.stat("a.txt")).version).not.toBe(file.version);
  await assertRefused(workspace.stat("none"), "missing", "workspace/missing");
});

test("a listing is in name order, bounded, and says how many there are", async () => {
  const { workspace, root } = await openDesk({ "b.txt": "12", "a/x": "", ".hidden": "1" });
  await symlink("/etc", join(root, "z"));
  expect(await workspace.list(".", 10)).toEqual({
    total: 4,
    entries: [
      { name: ".hidden", kind: "file", sizeBytes: 1 },
      { name: "a", kind: "directory", sizeBytes: expect.any(Number) },
      { name: "b.txt", kind: "file", sizeBytes: 2 },
      { name: "z", kind: "symlink", sizeBytes: 4 },
    ],
  });
  const cut = await workspace.list(".", 2);
  expect([cut.total, cut.entries.map(({ name }) => name)]).toEqual([4, [".hidden", "a"]]);
  await assertRefused(workspace.list("b.txt", 10), "invalid", "workspace/not-a-folder");
  await assertRefused(workspace.list("none", 10), "missing", "workspace/missing");
});

test("paths are shown relative to the root, and whole outside it", async () => {
  const { workspace, root, outside } = await openDesk();
  expect([".", "a/../b", join(root, "c"), outside].map((path) => workspace.display(path))).toEqual([".", "b", "c", outside]);
});

test("what was noted is remembered under every spelling of the path", async () => {
  const { workspace, root } = await openDesk();
  expect(workspace.seen("a.txt")).toBeUndefined();
  workspace.note("a.txt", "v1");
  expect([workspace.seen("./x/../a.txt"), workspace.seen(join(root, "a.txt"))]).toEqual(["v1", "v1"]);
});

test("a granted extra root may be read and written, what lies beside it may not", async () => {
  const extra = await realpath(await mkdtemp(join(tmpdir(), "extra-")));
  onTestFinished(() => rm(extra, { recursive: true, force: true }));
  const { workspace } = await openDesk({}, [extra, "/no/such/folder"]);
  await workspace.write(join(extra, "a.txt"), new TextEncoder().encode("x"));
  expect(text(await workspace.read(join(extra, "a.txt")))).toBe("x");
  await assertRefused(workspace.read(join(extra, "..", "none")), "denied", "workspace/outside");
});

test("a device is refused also where its folder is granted", async () => {
  const { workspace } = await openDesk({}, ["/dev"]);
  await assertRefused(workspace.read("/dev/zero"), "invalid", "workspace/not-a-file");
  await assertRefused(workspace.write("/dev/null", new Uint8Array(1)), "invalid", "workspace/not-a-file");
});

test("without /proc a file that took the name meanwhile is not opened", async () => {
  const { put, root } = await openDesk({ "a.txt": "one" });
  const found = await pinByName(join(root, "a.txt"));
  await using file = await found.open();
  expect((await file.readFile()).toString()).toBe("one");
  await rm(join(root, "a.txt"));
  await put("other.txt", "");
  await put("a.txt", "two");
  await expect(found.open()).rejects.toMatchObject({ code: "ENOENT" });
  await rm(join(root, "a.txt"));
  await symlink("/etc/hostname", join(root, "a.txt"));
  await expect(found.open()).rejects.toMatchObject({ code: "ELOOP" });
});
