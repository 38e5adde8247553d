import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { type WalkOptions, walkFiles } from "./walk.ts";

async function makeTree(files: { readonly [path: string]: string }): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "walk-")));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await fill(root, files);
  return root;
}

async function fill(root: string, files: { readonly [path: string]: string }): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

async function walk(root: string, options: Partial<WalkOptions> = {}) {
  const mayEnter = async () => true;
  const walking = walkFiles({ start: root, top: root, mayEnter, signal: new AbortController().signal, ...options });
  const paths: string[] = [];
  for await (const files of walking) paths.push(...files.map(({ names }) => names.join("/")));
  return { paths, report: walking.report };
}

test("files come in name order, those of a folder before those of its subfolders, hidden ones too, .git never", async () => {
  const root = await makeTree({ "b.txt": "", "a/z": "", "a/b/c": "", ".env": "", ".git/config": "", "sub/.git": "gitdir: x", "sub/x": "" });
  expect((await walk(root)).paths).toEqual([".env", "b.txt", "a/z", "a/b/c", "sub/x"]);
});

test("a nested .gitignore overrules the one above it, and a folder that is ignored is never entered", async () => {
  const root = await makeTree({
    ".gitignore": "*.log\nbuild/\n/only-here\n# not\n",
    "a.log": "",
    "only-here": "",
    "src/only-here": "",
    "src/.gitignore": "!keep.log\n",
    "src/keep.log": "",
    "src/b.log": "",
    "build/.gitignore": "!*",
    "build/x": "",
    "src/build": "a file, not a folder",
  });
  expect((await walk(root)).paths).toEqual([".gitignore", "src/.gitignore", "src/build", "src/keep.log", "src/only-here"]);
});

test("rules above the start count, up to the repository's root and no further", async () => {
  const root = await makeTree({
    ".gitignore": "*.a",
    "repo/.git/HEAD": "",
    "repo/.gitignore": "*.b\n/pkg/x.c",
    "repo/pkg/.gitignore": "*.d",
    "repo/pkg/src/x.a": "",
    "repo/pkg/src/x.b": "",
    "repo/pkg/src/x.d": "",
    "repo/pkg/x.c": "",
    "repo/pkg/src/x.c": "",
  });
  const start = join(root, "repo/pkg/src");
  expect((await walk(start, { top: start })).paths).toEqual(["x.a", "x.c"]);
  expect((await walk(join(root, "repo/pkg"), { top: root })).paths).toEqual([".gitignore", "src/x.a", "src/x.c"]);
});

test("where there is no repository, rules count from the top on", async () => {
  const root = await makeTree({
    ".gitignore": "*.a",
    "work/.gitignore": "*.b",
    "work/sub/x.a": "",
    "work/sub/x.b": "",
    "work/sub/x.c": "",
  });
  const start = join(root, "work/sub");
  expect((await walk(start, { top: join(root, "work") })).paths).toEqual(["x.a", "x.c"]);
  expect((await walk(start, { top: start })).paths).toEqual(["x.a", "x.b", "x.c"]);
});

test("a start that is ignored is walked all the same", async () => {
  const root = await makeTree({ ".gitignore": "node_modules/", "node_modules/pkg/a.js": "" });
  expect((await walk(join(root, "node_modules"), { top: root })).paths).toEqual(["pkg/a.js"]);
});

test("links are told and never followed", async () => {
  const root = await makeTree({ "a/b": "" });
  await symlink("..", join(root, "a/up"));
  await symlink("/etc", join(root, "etc"));
  const walking = walkFiles({ start: root, top: root, mayEnter: async () => true, signal: new AbortController().signal });
  const kinds: string[] = [];
  for await (const files of walking) kinds.push(...files.map(({ names, kind }) => `${names.join("/")} ${kind}`));
  expect(kinds).toEqual(["etc symlink", "a/b file", "a/up symlink"]);
});

test("a folder that may not be entered is left out", async () => {
  const root = await makeTree({ "a/x": "", "b/x": "" });
  expect((await walk(root, { mayEnter: async (folder) => folder !== join(root, "a") })).paths).toEqual(["b/x"]);
});

// Reaches entriesMax.
test("bounds end the walk and are told", async () => {
  const root = await makeTree({ "a/1": "", "a/2": "", "b/1": "", "c/d/e/f": "" });
  const byEntries = await walk(root, { entriesMax: 4 });
  expect([byEntries.paths, byEntries.report.cut]).toEqual([["a/1"], "entries"]);
  const byDepth = await walk(root, { depthMax: 2 });
  expect([byDepth.paths, byDepth.report.cut]).toEqual([["a/1", "a/2", "b/1"], "depth"]);
  expect((await walk(root)).report).toEqual({ entries: 9, unreadable: 0 });
});

test("an abort ends it", async () => {
  const root = await makeTree({ "1": "", "a/1": "" });
  const controller = new AbortController();
  const seen: string[] = [];
  for await (const files of walkFiles({ start: root, top: root, mayEnter: async () => true, signal: controller.signal })) {
    seen.push(...files.map(({ path }) => path));
    controller.abort();
  }
  expect(seen).toEqual([join(root, "1")]);
});

// Reaches rulesBytesMax.
test("a .gitignore that is a pipe, a link or huge is no .gitignore, and nothing hangs", async () => {
  const root = await makeTree({ "a/x": "", "b/x": "", "c/x": "", "c/.gitignore": `x\n${"#".repeat(2 * 1024 * 1024)}`, rules: "x\n" });
  Bun.spawnSync(["mkfifo", join(root, "a/.gitignore")]);
  await symlink("../rules", join(root, "b/.gitignore"));
  expect((await walk(root)).paths).toEqual(["rules", "a/x", "b/.gitignore", "b/x", "c/.gitignore", "c/x"]);
});

test("a folder that cannot be read is counted", async () => {
  const root = await makeTree({ "a/x": "" });
  const gone = join(root, "a");
  const result = await walk(root, {
    mayEnter: async () => {
      await rm(gone, { recursive: true });
      return true;
    },
  });
  expect([result.paths, result.report.unreadable]).toEqual([[], 1]);
});

test("what a random tree and random rules leave is what git leaves", async () => {
  const names = fc.constantFrom("a", "b", "ab", "c.txt", "d#", "!e");
  const paths = fc.array(fc.array(names, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 });
  const pieces = fc.constantFrom("a", "b", "c.txt", "*", "?", "**", "/", "[ab]", "[!a]", "*.txt", "\\#", "d", "#", "e", " ", "\\ ");
  const rule = fc
    .tuple(
      fc.constantFrom("", "", "", "!", "/", "**/", "!/", "\\!"),
      fc.array(pieces, { minLength: 1, maxLength: 4 }),
      fc.constantFrom("", "", "/", "/**", " "),
    )
    .map(([before, middle, after]) => `${before}${middle.join("")}${after}`)
    // Git's own answer to `a**/b` depends on how it cuts the pattern; to `//` and to a `\` at the end it has none.
    .filter((text) => !text.includes("//") && !/\\\s*$/.test(text) && !/[^/!]\*\*|\*\*[^/]/.test(text));
  const rules = fc.array(rule, { maxLength: 5 }).map((lines) => lines.join("\n"));
  const tree = fc.tuple(paths, rules, fc.option(fc.tuple(names, rules)));
  await fc.assert(
    fc.asyncProperty(tree, async ([files, rootRules, nested]) => {
      const root = await realpath(await mkdtemp(join(tmpdir(), "walk-")));
      try {
        Bun.spawnSync(["git", "init", "--quiet", root]);
        const make = (path: string, content: string) => fill(root, { [path]: content }).catch(() => {}); // A file may stand where a folder should.
        for (const file of files) await make(file.join("/"), "");
        await make(".gitignore", rootRules);
        if (nested !== null) await make(`${nested[0]}/.gitignore`, nested[1]);
        const git = Bun.spawnSync(["git", "-C", root, "ls-files", "--others", "-z", "--exclude-per-directory=.gitignore"]);
        const expected = git.stdout.toString().split("\0").filter(Boolean).sort();
        expect({ rootRules, nested, left: (await walk(root)).paths.sort() }).toEqual({ rootRules, nested, left: expected });
      } finally {
        await rm(root, { recursive: true, force: true });
      }
    }),
    { numRuns: 100 },
  );
});

// Reaches depthMax.
test("64 folders are entered one within another, and that there are more is told", async () => {
  const at = (depth: number, file: string) => `${"d/".repeat(depth)}${file}`;
  const { paths, report } = await walk(await makeTree({ [at(63, "fits")]: "", [at(64, "deep")]: "" }));
  expect([paths, report.cut]).toEqual([[at(63, "fits")], "depth"]);
});

// Reaches parentsMax.
test("rules of 64 folders above the start count", async () => {
  const root = await makeTree({
    ".gitignore": "far",
    "d/.gitignore": "near",
    [`${"d/".repeat(65)}far`]: "",
    [`${"d/".repeat(65)}near`]: "",
  });
  await mkdir(join(root, ".git"));
  const below = (depth: number) => join(root, "d/".repeat(depth)).replace(/\/$/, "");
  expect((await walk(below(65), { top: root })).paths).toEqual(["far"]);
  await rename(join(below(65), "far"), join(below(64), "far"));
  await rename(join(below(65), "near"), join(below(64), "near"));
  expect((await walk(below(64), { top: root })).paths).toEqual([]);
});

// Reaches entriesMax.
test("of one folder without end as much is told as of many", async () => {
  const root = await makeTree(Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`${n}`, ""])));
  const { paths, report } = await walk(root, { entriesMax: 5 });
  expect([paths, report.cut]).toEqual([["0", "1", "2", "3", "4"], "entries"]);
  expect((await walk(root, { entriesMax: 9 })).report.cut).toBeUndefined();
});
