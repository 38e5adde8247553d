import { symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { assertRefused, extensionLaws, workspaceLaws } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { openDesk } from "./desk.fixture.ts";
import extension from "./index.ts";

for (const [law, hold] of Object.entries(extensionLaws))
  test(law, async () => {
    const { dataDir } = await openDesk();
    await hold(async () => ({ extension, config: { dataDir } }));
  });

for (const [law, hold] of Object.entries(workspaceLaws))
  test(law, () =>
    hold(async () => {
      const { workspace, put } = await openDesk();
      return { workspace, put: async (path, content) => void (await put(path, content)) };
    }),
  );

test("the same conversation and folder give the same object, however the folder is spelled", async () => {
  const { workspaces, workspace, root, outside } = await openDesk();
  await symlink(root, join(outside, "link"));
  const spellings = await Promise.all(
    [root, `${root}/`, `${root}/../work`, join(outside, "link")].map((path) => workspaces.open("c1", path)),
  );
  expect(spellings.every((other) => other === workspace)).toBe(true);
  expect(await workspaces.open("c2", root)).not.toBe(workspace);
  expect(await workspaces.open("c1", outside)).not.toBe(workspace);
});

test("two that open at once get one object", async () => {
  const { workspaces, root } = await openDesk();
  const [a, b] = await Promise.all([workspaces.open("c9", root), workspaces.open("c9", root)]);
  expect(a).toBe(b);
});

test("what is forgotten was not read", async () => {
  const { workspaces, workspace, root } = await openDesk();
  workspace.note("a.txt", "v1");
  workspaces.forget("c1");
  expect((await workspaces.open("c1", root)).seen("a.txt")).toBeUndefined();
});

test.each(["relative", "", "/no/such/folder", "a\0b", "~"])(
  "%j cannot be a working directory, and the fault says what to do",
  async (root) => {
    const { workspaces } = await openDesk();
    const fault = await assertRefused(workspaces.open("c1", root), "missing", "workspace-local/no-folder");
    expect(fault.message).toContain("Set another one");
  },
);

test("a file cannot be a working directory", async () => {
  const { workspaces, put } = await openDesk();
  await assertRefused(workspaces.open("c1", await put("a.txt", "")), "missing", "workspace-local/no-folder");
});

// Reaches foldersMax of workspaces.ts.
test("of one conversation 32 folders are remembered; the one opened longest ago is forgotten", async () => {
  const { workspaces, workspace, root, put } = await openDesk();
  const folder = async (n: number) => dirname(await put(`d${n}/x`, ""));
  for (let n = 1; n < 32; n++) await workspaces.open("c1", await folder(n));
  expect(await workspaces.open("c1", root)).toBe(workspace);
  await workspaces.open("c1", await folder(32));
  expect(await workspaces.open("c1", root)).not.toBe(workspace);
});

// Reaches conversationsMax.
test("ten thousand conversations are remembered; the one that came first is forgotten", async () => {
  const { workspaces, workspace, root } = await openDesk();
  for (let n = 1; n < 10_000; n++) await workspaces.open(`other${n}`, root);
  expect(await workspaces.open("c1", root)).toBe(workspace);
  await workspaces.open("one more", root);
  expect(await workspaces.open("c1", root)).not.toBe(workspace);
});
