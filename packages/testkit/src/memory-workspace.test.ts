import { expect, test } from "vitest";
import { MemoryWorkspace } from "./memory-workspace.ts";
import { workspaceLaws } from "./workspace-laws.ts";

for (const [law, hold] of Object.entries(workspaceLaws))
  test(law, () =>
    hold(async () => {
      const workspace = new MemoryWorkspace();
      return { workspace, put: (path, content) => workspace.put(path, content) };
    }),
  );

test("it can begin with files and empty folders, and shows what became of them", async () => {
  const workspace = new MemoryWorkspace({ "b.txt": "bb", "empty/": "" });
  expect((await workspace.list(".", 9)).entries).toEqual([
    { name: "b.txt", kind: "file", sizeBytes: 2 },
    { name: "empty", kind: "directory", sizeBytes: 0 },
  ]);
  await workspace.write("b.txt", new Uint8Array([104, 105]));
  expect(workspace.text("b.txt")).toBe("hi");
  workspace.remove("b.txt");
  expect(workspace.text("b.txt")).toBeUndefined();
});

test("nobody holds bytes that it holds too", async () => {
  const workspace = new MemoryWorkspace();
  const mine = new Uint8Array([104, 105]);
  await workspace.write("a.txt", mine);
  mine.fill(0);
  (await workspace.read("a.txt")).fill(0);
  expect(workspace.text("a.txt")).toBe("hi");
});
