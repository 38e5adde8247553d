import { expect, test } from "vitest";
import { MemoryWorkspace } from "./memory-workspace.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test("a path is judged from the root, and what leads outside has none", async () => {
  const workspace = new MemoryWorkspace();
  expect(await workspace.resolve("a/../b")).toBe("/work/b");
  expect(await workspace.resolve("../etc/passwd")).toBeUndefined();
  expect(await workspace.resolve("/workshop")).toBeUndefined();
  await expect(workspace.read("../x")).rejects.toMatchObject({ code: "workspace/outside", kind: "denied" });
  await expect(workspace.write("/scratch/x", bytes(""))).rejects.toMatchObject({ code: "workspace/outside" });
});

test("a folder is listed in the order of names, as far as asked", async () => {
  const workspace = new MemoryWorkspace({ "b.txt": "bb", "a/deep/c.txt": "c", "empty/": "" });
  expect(await workspace.list(".", 2)).toEqual({
    entries: [
      { name: "a", kind: "directory", sizeBytes: 0 },
      { name: "b.txt", kind: "file", sizeBytes: 2 },
    ],
    total: 3,
  });
  await expect(workspace.list("b.txt", 1)).rejects.toMatchObject({ code: "workspace/not-a-file" });
  await expect(workspace.read("a")).rejects.toMatchObject({ code: "workspace/not-a-file" });
});

test("a write expects the version that was seen", async () => {
  const workspace = new MemoryWorkspace({ "a.txt": "one" });
  const { version } = await workspace.stat("a.txt");
  workspace.put("a.txt", "two");
  await expect(workspace.write("a.txt", bytes("three"), version)).rejects.toMatchObject({ code: "workspace/changed" });
  await expect(workspace.write("a.txt", bytes("three"), "absent")).rejects.toMatchObject({ code: "workspace/exists" });
  expect(workspace.text("a.txt")).toBe("two");
  await workspace.write("a.txt", bytes("three"));
  await workspace.write("b.txt", bytes("new"), "absent");
  expect([workspace.text("a.txt"), workspace.text("b.txt")]).toEqual(["three", "new"]);
});

test("no folder is made by writing into it", async () => {
  await expect(new MemoryWorkspace().write("no/such.txt", bytes(""))).rejects.toMatchObject({ code: "workspace/missing" });
});

test("a part of a file is read by bytes", async () => {
  const workspace = new MemoryWorkspace({ "a.txt": "0123456789" });
  expect(new TextDecoder().decode(await workspace.read("a.txt", { offset: 2, length: 3 }))).toBe("234");
});

test("what is kept can be read again, and what was read is remembered by its path", async () => {
  const workspace = new MemoryWorkspace({ "a.txt": "a" });
  const path = await workspace.keep("output.txt", bytes("long"));
  expect(new TextDecoder().decode(await workspace.read(path))).toBe("long");
  workspace.note("a.txt", "v1");
  expect(workspace.seen("/work/a.txt")).toBe("v1");
  expect(workspace.display("/work/a.txt")).toBe("a.txt");
});
