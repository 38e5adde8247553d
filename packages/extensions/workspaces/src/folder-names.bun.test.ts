import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { foldersMax } from "@dispatch/transport-contract";
import { expect, onTestFinished, test } from "vitest";
import { foldersAt } from "./folder-names.ts";

async function machine(...folders: readonly string[]): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "dispatch-folders-")));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const folder of folders) await mkdir(join(root, folder), { recursive: true });
  return root;
}
const names = async (path: string) => (await foldersAt(path)).folders.map((folder) => basename(folder));

test("a path that is begun is gone on with by folders alone, hidden ones when their dot is there", async () => {
  const root = await machine("project/src", "Projects", "other", ".git");
  await writeFile(join(root, "project.txt"), "");
  expect(await names(join(root, "pro"))).toEqual(["project", "Projects"]);
  expect(await foldersAt(`${root}/`)).toEqual({
    folder: root,
    folders: ["other", "project", "Projects"].map((name) => join(root, name)),
    cut: false,
  });
  expect(await names(`${root}/.`)).toEqual([".git"]);
  expect(await names(`${root}/.g`)).toEqual([".git"]);
  expect(await names(`${root}/project//src/../`)).toEqual(["src"]);
});

test("a link counts when it leads to a folder", async () => {
  const root = await machine("real");
  await symlink(join(root, "real"), join(root, "to-folder"));
  await symlink(join(root, "real", "nothing"), join(root, "to-nothing"));
  await symlink("round", join(root, "round"));
  expect(await names(`${root}/`)).toEqual(["real", "to-folder"]);
});

test("what is not there, is a file or cannot be a name offers nothing", async () => {
  const root = await machine();
  await writeFile(join(root, "file"), "");
  for (const path of [`${root}/none/x`, `${root}/file/`, `${root}/\0`, `/${"n".repeat(300)}/`]) expect(await names(path), path).toEqual([]);
  expect((await foldersAt("/")).folder).toBe("/");
});

test("of more folders than foldersMax, the first are named, and that there are more", async () => {
  const root = await machine(...Array.from({ length: foldersMax + 1 }, (_, at) => `f${String(at).padStart(4, "0")}`));
  const { folders, cut } = await foldersAt(`${root}/`);
  expect([folders.length, cut]).toEqual([foldersMax, true]);
  expect((await foldersAt(`${root}/f0000`)).cut).toBe(false);
});

test("of a folder as many as entriesMax entries are looked at, and that there are more is told", { timeout: 60_000 }, async () => {
  const root = await machine();
  await Bun.$`seq 1 20001 | xargs touch`.cwd(root).quiet();
  expect(await foldersAt(`${root}/`)).toEqual({ folder: root, folders: [], cut: true });
});
