import { chmod, mkdir, rename, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openDesk } from "@dispatch/workspace-local/fixture";
import { expect, test } from "vitest";
import { skillBytesMax, skillsMax } from "./scan-root.ts";
import type { Skipped } from "./skill.ts";
import { SkillCatalog } from "./skill-catalog.ts";

const skill = (description: string, name?: string) =>
  `---\n${name === undefined ? "" : `name: ${name}\n`}description: ${description}\n---\nDo it.\n`;

/** A project with a home beside it. */
async function start(files: { readonly [path: string]: string | Uint8Array } = {}) {
  const { root, outside: home, put } = await openDesk(files);
  const skipped: Skipped[] = [];
  const catalog = new SkillCatalog(home, (one) => skipped.push(one));
  return {
    root,
    home,
    put,
    catalog,
    atHome: (path: string, text: string) => put(join("../outside", path), text),
    summaries: () => catalog.skillsFor(root).map(({ name, summary }) => `${name}: ${summary}`),
    /** Paths relative to the project. */
    told: () => skipped.map(({ path, reason }) => `${path.replace(`${root}/`, "")} ${reason}`),
  };
}

test("skills of all four folders count, in folders and as single files, also in groups; the nearer shadows the farther", async () => {
  const desk = await start({
    ".skills/pdf/SKILL.md": skill("project"),
    ".skills/group/deep/docx/SKILL.md": skill("grouped"),
    ".skills/release.md": "single\n---\nTag.",
    ".agents/skills/pdf/SKILL.md": skill("agents"),
    ".agents/skills/agent/SKILL.md": skill("agents"),
    ".claude/skills/agent/SKILL.md": skill("claude"),
    ".claude/skills/claude/SKILL.md": skill("claude", "named-otherwise"),
  });
  await desk.atHome(".skills/pdf/SKILL.md", skill("home"));
  await desk.atHome(".skills/own/SKILL.md", skill("home"));
  expect(desk.summaries()).toEqual([
    "agent: agents",
    "docx: grouped",
    "named-otherwise: claude",
    "own: home",
    "pdf: project",
    "release: single",
  ]);
  expect(desk.told()).toEqual([]);
});

test("what lies in a skill's folder is its own: no skill is looked for there", async () => {
  const desk = await start({
    ".skills/pdf/SKILL.md": skill("a"),
    ".skills/pdf/inner/SKILL.md": skill("b"),
    ".skills/pdf/notes.md": "c\n---\n",
  });
  expect(desk.summaries()).toEqual(["pdf: a"]);
});

test("without skills there are none, whatever lies in the way", async () => {
  const desk = await start({ ".claude": "a file", ".agents/skills": "a file" });
  expect(desk.summaries()).toEqual([]);
  expect(new SkillCatalog(undefined, () => {}).skillsFor(desk.root)).toEqual([]);
});

test("each that is broken is skipped, told once, and the others count; what it shadowed shows again", async () => {
  const desk = await start({
    ".skills/good/SKILL.md": skill("good"),
    ".skills/broken/SKILL.md": "---\nname: [\n---\n",
    ".skills/latin/SKILL.md": Uint8Array.from("---\ndescription: caf\xe9\n---\n", (char) => char.charCodeAt(0)),
    ".skills/zeros/SKILL.md": new Uint8Array(100),
    ".skills/folder/SKILL.md/x": "",
    ".skills/huge/SKILL.md": "",
    ".skills/README.md": "# Skills\n\nOur skills.",
  });
  await desk.atHome(".skills/broken/SKILL.md", skill("whole", "broken"));
  await truncate(join(desk.root, ".skills/huge/SKILL.md"), 8 * 1024 ** 3);
  await mkdir(join(desk.root, ".skills/pipe"));
  for (const pipe of ["pipe/SKILL.md", "pipe.md"]) Bun.spawnSync(["mkfifo", join(desk.root, ".skills", pipe)]);
  for (const pass of [1, 2]) {
    expect(desk.summaries(), `pass ${pass}`).toEqual(["broken: whole", "good: good"]);
    await desk.put(".skills/another.md", `another\n---\n${pass}`);
    desk.summaries();
    await rm(join(desk.root, ".skills/another.md"));
  }
  expect(desk.told().sort()).toEqual([
    ".skills/README.md is no skill: its first line is to say what it is for, and its second to be ---",
    ".skills/broken/SKILL.md has front matter that is no YAML",
    `.skills/huge/SKILL.md has more than ${skillBytesMax} bytes`,
    ".skills/latin/SKILL.md is no UTF-8 text",
    ".skills/pipe.md is no regular file",
    ".skills/pipe/SKILL.md is no regular file",
    ".skills/zeros/SKILL.md is no UTF-8 text",
  ]);
});

test("links in circles and to nowhere end; a link to a folder around the skills is not walked", async () => {
  const desk = await start({ ".skills/group/pdf/SKILL.md": skill("a"), "notes/x.md": "x\n---\n" });
  const link = (target: string, path: string) => symlink(target, join(desk.root, ".skills", path));
  await link("b", "a");
  await link("a", "b");
  await link("nowhere", "c");
  await link("..", "up");
  await link("../..", "group/loop");
  await link(".", "group/self");
  await link("self.md", "self.md");
  expect(desk.summaries()).toEqual(["pdf: a"]);
  expect(desk.told().sort()).toEqual([
    ".skills/a is a link that leads nowhere, or in a circle",
    ".skills/b is a link that leads nowhere, or in a circle",
    ".skills/c is a link that leads nowhere, or in a circle",
    ".skills/group/loop leads to a folder that was looked at already",
    ".skills/group/self leads to a folder that was looked at already",
    ".skills/self.md is a link that leads nowhere, or in a circle",
    ".skills/up leads to a folder that was looked at already",
  ]);
});

test("a project's link that leads out of it is not followed, one within it is; the person's own may lead anywhere", async () => {
  const desk = await start({ "shared/other-name/SKILL.md": skill("inside"), ".skills/real/x": "", ".claude/x": "" });
  await desk.put("../elsewhere/secret/SKILL.md", skill("secret"));
  await desk.put("../elsewhere/secret.md", "secret\n---\n");
  await mkdir(join(desk.home, ".skills"));
  const elsewhere = join(desk.root, "../elsewhere");
  await symlink("../shared/other-name", join(desk.root, ".skills/inside"));
  await symlink(join(elsewhere, "secret"), join(desk.root, ".skills/out"));
  await symlink(join(elsewhere, "secret/SKILL.md"), join(desk.root, ".skills/real/SKILL.md"));
  await symlink(join(elsewhere, "secret.md"), join(desk.root, ".skills/out.md"));
  await symlink(elsewhere, join(desk.root, ".claude/skills"));
  await symlink(join(elsewhere, "secret"), join(desk.home, ".skills/mine"));
  expect(desk.summaries()).toEqual(["inside: inside", "mine: secret"]);
  expect(desk.told().sort()).toEqual(
    [".claude/skills", ".skills/out", ".skills/out.md", ".skills/real/SKILL.md"].map(
      (path) => `${path} is a link that leads out of the working directory`,
    ),
  );
});

test("in the person's own home the links of its skills count as the person's", async () => {
  const desk = await start();
  await desk.put("../elsewhere/SKILL.md", skill("mine"));
  await mkdir(join(desk.home, ".skills"));
  await symlink("../../elsewhere", join(desk.home, ".skills/mine"));
  expect(desk.catalog.skillsFor(desk.home).map(({ name, ofProject }) => [name, ofProject])).toEqual([["mine", false]]);
  expect(desk.told()).toEqual([]);
});

test("while nothing changes nothing is read, and every change is seen by the next turn", async () => {
  const desk = await start({ ".skills/pdf/SKILL.md": skill("one") });
  const path = (name: string) => join(desk.root, ".skills", name);
  const [first] = desk.catalog.skillsFor(desk.root);
  expect(desk.catalog.skillsFor(desk.root)[0]).toBe(first);
  await writeFile(path("pdf/SKILL.md"), skill("two"));
  await utimes(path("pdf/SKILL.md"), 1, 1);
  expect(desk.summaries()).toEqual(["pdf: two"]);
  await desk.put(".agents/skills/new/SKILL.md", skill("new"));
  expect(desk.summaries()).toEqual(["new: new", "pdf: two"]);
  await mkdir(path("group/x"), { recursive: true });
  desk.summaries();
  await writeFile(path("group/x/SKILL.md"), skill("grouped"));
  expect(desk.summaries()).toEqual(["new: new", "pdf: two", "x: grouped"]);
  await rename(path("group"), path("other"));
  await rm(path("pdf/SKILL.md"));
  expect(desk.summaries()).toEqual(["new: new", "x: grouped"]);
  await rm(join(desk.root, ".skills"), { recursive: true });
  expect(desk.summaries()).toEqual(["new: new"]);
});

// Reaches depthMax of scan-root.ts.
test("bounds on count and depth hold, and are told", async () => {
  const many = Object.fromEntries(Array.from({ length: skillsMax + 5 }, (_, i) => [`.skills/s${i + 100}.md`, `many ${i}\n---\n`]));
  const desk = await start({ ...many, ".agents/skills/1/2/3/4/fits.md": "fits\n---\n", ".agents/skills/1/2/3/4/5/deep.md": "deep\n---\n" });
  const summaries = desk.summaries();
  expect([summaries.length, summaries[0]]).toEqual([skillsMax + 1, "fits: fits"]);
  expect(desk.told().sort()).toEqual([
    ".agents/skills/1/2/3/4 lies 4 folders deep: the folders in it are not looked into",
    `.skills holds more than ${skillsMax} skills: the rest is left out`,
  ]);
});

test("a SKILL.md that lies in no folder of its own is no skill", async () => {
  const desk = await start({ ".skills/SKILL.md": skill("loose"), ".skills/pdf/SKILL.md": skill("pdf") });
  expect(desk.summaries()).toEqual(["pdf: pdf"]);
  expect(desk.told()).toEqual([".skills/SKILL.md is no skill: its first line is to say what it is for, and its second to be ---"]);
});

test("a home that is named through a link is the same home", async () => {
  const desk = await start();
  await desk.put("../elsewhere/SKILL.md", skill("mine"));
  await mkdir(join(desk.home, ".skills"));
  await symlink("../../elsewhere", join(desk.home, ".skills/mine"));
  await symlink(desk.home, join(desk.root, "home"));
  const skipped: Skipped[] = [];
  const catalog = new SkillCatalog(join(desk.root, "home"), (one) => skipped.push(one));
  expect(catalog.skillsFor(desk.home).map(({ name, ofProject }) => [name, ofProject])).toEqual([["mine", false]]);
  expect(skipped).toEqual([]);
});

// Reaches entriesMax.
test("a folder of 3,000 names costs no more than its bound", async () => {
  const desk = await start();
  await mkdir(join(desk.root, ".skills"));
  for (let i = 0; i < 3_000; i++) await mkdir(join(desk.root, ".skills", `d${i}`));
  expect(desk.summaries()).toEqual([]);
  expect(desk.told()).toEqual([".skills holds more than 1000 files and folders: the rest is left out"]);
});

test.skipIf(process.getuid?.() === 0)("what may not be read is skipped until it may", async () => {
  const desk = await start({ ".skills/pdf/SKILL.md": skill("a") });
  await chmod(join(desk.root, ".skills/pdf/SKILL.md"), 0);
  expect(desk.summaries()).toEqual([]);
  await chmod(join(desk.root, ".skills/pdf/SKILL.md"), 0o600);
  expect(desk.summaries()).toEqual(["pdf: a"]);
});

// Reaches rootsMax.
test("of 128 folders it is remembered what they hold; the one asked for longest ago is read anew", async () => {
  const { root } = await start({ ".skills/pdf/SKILL.md": skill("one") });
  const catalog = new SkillCatalog(undefined, () => {});
  const lookElsewhere = (name: string, times: number) => {
    for (let n = 0; n < times; n++) catalog.skillsFor(join(root, `${name}${n}`));
  };
  const [first] = catalog.skillsFor(root);
  lookElsewhere("near", 41);
  expect(catalog.skillsFor(root)[0]).toBe(first);
  lookElsewhere("far", 42);
  const [again] = catalog.skillsFor(root);
  expect(again).toEqual(first);
  expect(again).not.toBe(first);
});

// Reaches toldMax.
test("after a thousand that were told, what is still broken is told again", async () => {
  const broken = (folder: string) => Array.from({ length: 600 }, (_, i) => [`${folder}/s${i}.md`, "no skill"] as const);
  const desk = await start(Object.fromEntries([...broken(".skills"), ...broken(".agents/skills")]));
  expect([desk.summaries(), desk.told().length]).toEqual([[], 1_200]);
  await desk.put(".skills/new.md", "new\n---\n");
  expect([desk.summaries(), desk.told().length]).toEqual([["new: new"], 1_800]);
  await desk.put(".skills/newer.md", "newer\n---\n");
  expect([desk.summaries().length, desk.told().length]).toEqual([2, 1_800]);
});
