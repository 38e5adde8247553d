import { existsSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { guardGit } from "./git-folders.ts";

/** Of memory where there is one: some of these are thousands of folders. */
const ground = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

async function open() {
  const root = await realpath(await mkdtemp(join(ground, "dispatch-git-")));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const put = async (path: string, text = "") => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  return {
    root,
    put,
    folders: (...paths: readonly string[]) => void Bun.spawnSync(["mkdir", "-p", ...paths], { cwd: root }),
    /** Below the root. */
    async guard() {
      const { readOnly, pinned } = await guardGit([root]);
      const below = (paths: readonly string[]) => paths.map((path) => path.slice(root.length + 1));
      return { readOnly: below(readOnly), pinned: below(pinned) };
    },
  };
}

test("a repository, its submodules and every folder on the way to them stay where they are, the outer ones mounted first", async () => {
  const { put, guard } = await open();
  for (const folder of ["a/.git", "a/.git/modules/libs/foo"]) await put(`${folder}/config`);
  const { readOnly, pinned } = await guard();
  expect(readOnly.toSorted()).toEqual(["a/.git/config", "a/.git/hooks", "a/.git/modules/libs/foo/config", "a/.git/modules/libs/foo/hooks"]);
  expect(pinned).toEqual(["a", "a/.git", "a/.git/modules", "a/.git/modules/libs", "a/.git/modules/libs/foo"]);
});

test("what a command leaves around a submodule hides it from nobody", async () => {
  const { put, guard } = await open();
  for (const folder of [".git", ".git/modules/libs", ".git/modules/libs/foo"]) await put(`${folder}/config`);
  for (const path of ["modules/HEAD", "modules/config", "modules/libs/HEAD", "modules/libs/objects/ab/x"]) await put(`.git/${path}`);
  expect((await guard()).readOnly).toContain(".git/modules/libs/foo/hooks");
});

// Reaches repositoriesMax.
test("of more repositories than are looked into `.git` is read-only as a whole", async () => {
  const { put, guard } = await open();
  for (let n = 0; n < 258; n++) await put(`r${n}/.git/config`);
  const { readOnly, pinned } = await guard();
  expect(readOnly.filter((path) => path.endsWith("/.git/config"))).toHaveLength(256);
  const whole = readOnly.filter((path) => path.endsWith("/.git")).map(dirname);
  expect([whole.length, whole.every((path) => pinned.includes(path))]).toEqual([2, true]);
});

// Reaches foldersMax of git-folders.ts.
test("among more folders than anybody looks through for a command, it is refused", async () => {
  const { folders, put, guard } = await open();
  await put("repository/.git/config");
  folders(...Array.from({ length: 4_095 }, (_, n) => `f${n}`));
  expect((await guard()).readOnly).toContain("repository/.git/config");
  folders("one-more");
  await expect(guard()).rejects.toMatchObject({ kind: "limited", code: "sandbox/too-many-folders" });
});

// Reaches submodulesMax.
test("with more submodules than are looked into all of them are read-only", async () => {
  const { put, guard } = await open();
  await put(".git/config");
  for (let n = 0; n < 64; n++) await put(`.git/modules/m${n}/config`);
  const few = await guard();
  expect(few.readOnly.filter((path) => /^\.git\/modules\/m\d+\/config$/.test(path))).toHaveLength(64);
  await put(".git/modules/m64/config");
  const { readOnly } = await guard();
  expect(readOnly.filter((path) => path.startsWith(".git/modules"))).toEqual([".git/modules"]);
});

// Reaches foldersMax of submodule-folders.ts.
test("among more folders than are looked through for submodules all of them are read-only", async () => {
  const { folders, put, guard } = await open();
  await put(".git/config");
  await put(".git/modules/m/config");
  folders(...Array.from({ length: 256 }, (_, n) => `.git/modules/m/objects/${n.toString(16).padStart(2, "0")}`));
  folders(...Array.from({ length: 1_019 }, (_, n) => `.git/modules/x${n}`));
  expect((await guard()).readOnly).toContain(".git/modules/m/config");
  folders(".git/modules/y1", ".git/modules/y2", ".git/modules/y3");
  expect((await guard()).readOnly.filter((path) => path.startsWith(".git/modules"))).toEqual([".git/modules"]);
});

// Reaches configBytesMax.
test("a configuration that is larger than any is not read, and nothing of its repository can be written", async () => {
  const { put, guard } = await open();
  const written = "[core]\n\thooksPath = mine\n";
  await put("mine/pre-commit");
  await put(".git/config", written.padEnd(1024 * 1024));
  expect((await guard()).readOnly.toSorted()).toEqual([".git/config", ".git/hooks", "mine"]);
  await put(".git/config", written.padEnd(1024 * 1024 + 1));
  expect(await guard()).toEqual({ readOnly: [".git"], pinned: [".git"] });
});

test("a pipe in the place of a file holds nobody up", async () => {
  const { root, put, guard } = await open();
  await put("a/.git/config");
  Bun.spawnSync(["mkfifo", join(root, "a/.git/commondir")]);
  expect((await guard()).readOnly).toContain("a/.git/config");
});
