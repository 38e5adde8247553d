import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { resultText } from "@dispatch/kernel";
import { toolCall, toolLaws } from "@dispatch/testkit";
import { openDesk } from "@dispatch/workspace-local/fixture";
import { expect, test } from "vitest";
import { loadSkill, summariesCharsMax } from "./load-skill.ts";
import { SkillCatalog } from "./skill-catalog.ts";

const pdf = "---\nname: pdf\ndescription: Fills forms.\n---\n# PDF\nRun scripts/fill.py.\n";
const files = {
  ".skills/pdf/SKILL.md": pdf,
  ".skills/pdf/scripts/fill.py": "print(1)\n",
  ".skills/pdf/.git/config": "hidden",
  ".skills/release.md": "How we release.\n---\nTag it.",
};

async function start(given: { readonly [path: string]: string | Uint8Array } = files, trusted = true) {
  const desk = await openDesk(given);
  const catalog = new SkillCatalog(desk.outside, () => {});
  const open = () => loadSkill(catalog.skillsFor(desk.root), { skillsFor: (cwd) => catalog.skillsFor(cwd), trusts: async () => trusted });
  return {
    ...desk,
    open,
    async load(input: { readonly name: string; readonly file?: string }) {
      const result = await open().run(input, toolCall(desk.workspace));
      return result.refused ? `refused: ${resultText(result)}` : resultText(result);
    },
  };
}

for (const [law, hold] of Object.entries(toolLaws))
  test(law, () =>
    hold(async () => {
      const { workspace, open } = await start();
      return {
        tool: open(),
        workspace,
        good: [{ name: "pdf" }, { name: "release" }, { name: "pdf", file: "scripts/fill.py" }],
        misfits: [{}, { name: 1 }, { name: "pdf", file: "" }],
        refused: [{ name: "none" }, { name: "release", file: "x" }, { name: "pdf", file: "none" }, { name: "pdf", file: "../release.md" }],
      };
    }),
  );

test("the description lists names and summaries in order, and is the same for the same skills", async () => {
  const { open } = await start();
  const { description } = open();
  expect(description).toMatch(/\n- pdf: Fills forms\.\n- release: How we release\.$/);
  expect(open().description).toBe(description);
});

test("many long summaries are cut to equal shares, never without an end", async () => {
  const long = Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`.skills/s${i + 10}.md`, `${"😀".repeat(500)}\n---\n`]));
  const { description } = (await start(long)).open();
  expect(description.length).toBeLessThan(summariesCharsMax + 90 * 12 + 300);
  expect([description.split("\n").length, description.isWellFormed(), description.endsWith("…")]).toEqual([91, true, true]);
});

test("loading gives the instructions, and the skill's files where read_file finds them", async () => {
  const { load, root, workspace } = await start();
  const folder = join(root, ".skills/pdf");
  expect(await load({ name: "pdf" })).toBe(
    `Skill pdf, from ${folder}/SKILL.md\n\n# PDF\nRun scripts/fill.py.\n\nPaths in these instructions begin at ${folder}. Its files (read them with read_file):\n${folder}/scripts/fill.py`,
  );
  expect(new TextDecoder().decode(await workspace.read(`${folder}/scripts/fill.py`))).toBe("print(1)\n");
  expect(await load({ name: "release" })).toBe(`Skill release, from ${root}/.skills/release.md\n\nTag it.`);
});

test("the files of a skill outside the working directory are read with the tool itself", async () => {
  const { load, put, outside } = await start({});
  await put("../outside/.skills/own/SKILL.md", "---\ndescription: Mine.\n---\nDo it.");
  await put("../outside/.skills/own/a/notes.txt", "Notes.");
  const file = join(outside, ".skills/own/a/notes.txt");
  expect(await load({ name: "own" })).toContain(`(read them with load_skill, name "own" and file):\n${file}`);
  expect(await load({ name: "own", file })).toBe("Notes.");
  expect(await load({ name: "own", file: "a/notes.txt" })).toBe("Notes.");
});

test("nothing in a skill's folder leads out of it", async () => {
  const { load, root, outside, put } = await start();
  const folder = join(root, ".skills/pdf");
  await symlink(join(outside, "secret.txt"), join(folder, "secret.txt"));
  await symlink(outside, join(folder, "out"));
  await symlink("..", join(folder, "loop"));
  await put("../outside/.skills/own/SKILL.md", "---\ndescription: Mine.\n---\n");
  await symlink(join(outside, "secret.txt"), join(outside, ".skills/own/secret.txt"));
  expect(await load({ name: "pdf" })).not.toMatch(/secret|out\/|loop/);
  expect(await load({ name: "own" })).not.toContain("secret");
  for (const file of ["secret.txt", "out/secret.txt", join(outside, "secret.txt"), "../../../outside/secret.txt"])
    expect(await load({ name: "pdf", file })).toMatch(/^refused: .* lies outside the folder of the skill/);
  expect(await load({ name: "own", file: "secret.txt" })).toMatch(/^refused: /);
});

// Reaches resourceBytesMax.
test("what is not there, no text or too large is refused with a reason", async () => {
  const { load, root, put } = await start();
  await put(".skills/pdf/logo.png", new Uint8Array([0x89, 0, 0xff]));
  await put(".skills/pdf/big.txt", "x".repeat(300 * 1024));
  Bun.spawnSync(["mkfifo", join(root, ".skills/pdf/pipe")]);
  expect(await load({ name: "pfd" })).toBe('refused: There is no skill "pfd"; did you mean pdf?. There is: pdf, release.');
  expect(await load({ name: "pdf", file: "none" })).toMatch(/^refused: none is not there\./);
  expect(await load({ name: "pdf", file: "logo.png" })).toMatch(/is no UTF-8 text/);
  expect(await load({ name: "pdf", file: "big.txt" })).toMatch(/has more than 262144 bytes/);
  expect(await load({ name: "pdf", file: "pipe" })).toMatch(/is no regular file/);
  expect(await load({ name: "pdf", file: "scripts" })).toMatch(/^refused: /);
  expect(await load({ name: "release", file: "x" })).toMatch(/single file/);
});

test("a skill that changed since the turn began is loaded as it is now; one that is gone is refused", async () => {
  const { open, put, workspace, root } = await start();
  const tool = open();
  await put(".skills/pdf/SKILL.md", pdf.replace("# PDF", "# New"));
  expect(resultText(await tool.run({ name: "pdf" }, toolCall(workspace)))).toContain("# New");
  await put(".skills/pdf/SKILL.md", "broken");
  expect(await tool.run({ name: "pdf" }, toolCall(workspace))).toMatchObject({ refused: true });
  Bun.spawnSync(["rm", "-r", join(root, ".skills")]);
  expect(resultText(await tool.run({ name: "pdf" }, toolCall(workspace)))).toBe("There are no skills here any more.");
});

// Reaches resourcesMax.
test("a skill of many files lists a bounded number of them", async () => {
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`.skills/pdf/d${i % 7}/f${i}`, ""]));
  const { load } = await start({ ...many, ".skills/pdf/SKILL.md": pdf });
  const lines = (await load({ name: "pdf" })).split("\n");
  expect([lines.filter((line) => /\/f\d+$/.test(line)).length, lines.at(-1)]).toEqual([200, "… and more"]);
});

test("the server's own data is no skill, also where it lies inside the working directory", async () => {
  const { root, dataDir, workspaces } = await openDesk();
  const around = dirname(root);
  await mkdir(join(around, ".skills"));
  await writeFile(join(dataDir, "kept.md"), "Kept output.\n---\nOf another conversation.");
  await symlink(join(dataDir, "kept.md"), join(around, ".skills/kept.md"));
  const catalog = new SkillCatalog(undefined, () => {});
  const skillsFor = (cwd: string) => catalog.skillsFor(cwd);
  const tool = loadSkill(skillsFor(around), { skillsFor, trusts: async () => true });
  const result = await tool.run({ name: "kept" }, toolCall(await workspaces.open("c2", around)));
  expect([result.refused, resultText(result)]).toEqual([true, "The skill kept is out of reach."]);
});

test("in a folder that nobody trusts, instructions are read and the files beside them are not offered; a person's own skills are", async () => {
  const { load, put } = await start(files, false);
  const text = await load({ name: "pdf" });
  expect(text).toContain("# PDF");
  expect(text).toContain("Its files are not offered: nobody has trusted this folder");
  expect(text).not.toContain("scripts/fill.py\n");
  expect(await load({ name: "pdf", file: "scripts/fill.py" })).toContain("refused: scripts/fill.py is not offered: nobody has trusted");
  expect(await load({ name: "release" })).toContain("Tag it.");
  await put("../outside/.skills/mine/SKILL.md", "---\nname: mine\ndescription: Mine.\n---\nRun run.sh.\n");
  await put("../outside/.skills/mine/run.sh", "echo 1\n");
  expect(await load({ name: "mine", file: "run.sh" })).toBe("echo 1\n");
});

// Reaches depthMax of skill-resources.ts.
test("files are listed six folders deep, and what lies deeper is told as more", async () => {
  const { load } = await start({ ".skills/pdf/SKILL.md": pdf, ".skills/pdf/1/2/3/4/5/6/fits": "", ".skills/pdf/1/2/3/4/5/6/7/deep": "" });
  const lines = (await load({ name: "pdf" })).split("\n");
  expect([lines.filter((line) => /\/(fits|deep)$/.test(line)).length, lines.at(-1)]).toEqual([1, "… and more"]);
});
