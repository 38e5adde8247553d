import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectInstructions, projectRoot, readProjectFile } from "./project.ts";
import { tempFolder } from "./temp-folder.fixture.ts";
import { fileBytesMax } from "./text-file.ts";

async function project() {
  const folder = await tempFolder();
  await folder.write("AGENTS.md", "not of this project");
  await mkdir(join(folder.path, "repo/.git"), { recursive: true });
  await folder.write("repo/AGENTS.md", "be kind\n");
  await folder.write("repo/packages/a/AGENTS.md", "\nbe brief");
  await folder.write("repo/packages/b/AGENTS.md", " \n");
  return { folder, repo: join(folder.path, "repo") };
}

test("instructions are those of the folder and of its parents up to the repository's root, the nearest last", async () => {
  const { folder, repo } = await project();
  await using _ = folder;
  expect(projectRoot(join(repo, "packages/a"))).toBe(repo);
  expect(projectInstructions(join(repo, "packages/a"))).toBe(
    `From ${repo}/AGENTS.md:\n\nbe kind\n\nFrom ${repo}/packages/a/AGENTS.md:\n\nbe brief`,
  );
  expect(projectInstructions(join(repo, "packages/b"))).toBe(`From ${repo}/AGENTS.md:\n\nbe kind`);
});

test("without a repository only the folder itself is asked", async () => {
  await using folder = await tempFolder();
  await folder.write("AGENTS.md", "anybody's");
  await folder.write("a/AGENTS.md", "mine");
  await mkdir(join(folder.path, "b"));
  expect(projectInstructions(join(folder.path, "a"))).toBe(`From ${folder.path}/a/AGENTS.md:\n\nmine`);
  expect(projectInstructions(join(folder.path, "b"))).toBeNull();
});

// Reaches instructionsCharsMax.
test("where they are too long together, the nearest count", async () => {
  const { folder, repo } = await project();
  await using _ = folder;
  await folder.write("repo/AGENTS.md", "outer".repeat(10_000));
  await folder.write("repo/packages/AGENTS.md", "x".repeat(50_000));
  await folder.write("repo/packages/a/AGENTS.md", "y".repeat(50_000));
  const told = projectInstructions(join(repo, "packages/a")) ?? "";
  expect(told.indexOf("xxx")).toBeLessThan(told.indexOf("yyy"));
  expect(told).not.toContain("outer");
});

test("a link in a project may lead to another of its files, never out of it", async () => {
  const { folder, repo } = await project();
  await using _ = folder;
  await folder.write("secret", "of the person");
  await symlink("../AGENTS.md", join(repo, "packages/AGENTS.md"));
  await symlink(join(folder.path, "secret"), join(repo, "notes.md"));
  expect(readProjectFile("packages/AGENTS.md", repo)).toBe("be kind\n");
  expect(readProjectFile("AGENTS.md", join(repo, "packages"))).toBe("be kind\n");
  expect(readProjectFile("notes.md", repo)).toBeNull();
});

test("a hostile AGENTS.md that is a link out of the repository says nothing", async () => {
  await using folder = await tempFolder();
  await folder.write("secret", "of the person");
  await mkdir(join(folder.path, "repo/.git"), { recursive: true });
  await symlink("../secret", join(folder.path, "repo/AGENTS.md"));
  expect(projectInstructions(join(folder.path, "repo"))).toBeNull();
});

test("a path that says where it leads may lead anywhere", async () => {
  const { folder, repo } = await project();
  await using _ = folder;
  const path = await folder.write("elsewhere.txt", "found");
  expect(readProjectFile(path, repo)).toBe("found");
  expect(readProjectFile("../elsewhere.txt", repo)).toBe("found");
});

test("what is no readable text is null, and nothing is waited for", async () => {
  await using folder = await tempFolder();
  await folder.write("binary", new Uint8Array([65, 0, 66]));
  await folder.write("latin", new Uint8Array([0xe9, 0x74]));
  await Bun.spawn(["mkfifo", join(folder.path, "pipe")]).exited;
  for (const name of ["none", ".", "binary", "latin", "pipe", "/dev/zero", "a\0b"])
    expect(readProjectFile(name, folder.path), name).toBeNull();
});

test("an empty file is an empty text, and a mark at a file's beginning is no text", async () => {
  await using folder = await tempFolder();
  await folder.write("empty", "");
  await folder.write("marked", "\uFEFFhello");
  expect(readProjectFile("empty", folder.path)).toBe("");
  expect(readProjectFile("marked", folder.path)).toBe("hello");
});

test("of a long file the beginning is read, and its cut is told; no character is cut in two", async () => {
  await using folder = await tempFolder();
  await folder.write("whole", "x".repeat(fileBytesMax));
  await folder.write("long", `x${"é".repeat(fileBytesMax)}`);
  expect(readProjectFile("whole", folder.path)).toHaveLength(fileBytesMax);
  expect(readProjectFile("long", folder.path)).toBe(
    `x${"é".repeat(fileBytesMax / 2 - 1)}\n(The rest is left out: the file has ${2 * fileBytesMax + 1} bytes.)`,
  );
});

// Reaches foldersMax.
test("a repository is looked for in 64 folders, the folder itself among them", async () => {
  const { folder, repo } = await project();
  await using _ = folder;
  const below = (depth: number) => join(repo, "d/".repeat(depth)).replace(/\/$/, "");
  await mkdir(below(64), { recursive: true });
  expect(projectRoot(below(63))).toBe(repo);
  expect(projectRoot(below(64))).toBe(below(64));
});
