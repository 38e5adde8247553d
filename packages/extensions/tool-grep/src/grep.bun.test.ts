import { chmod, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { type Json, resultText, validate, type Workspace } from "@dispatch/kernel";
import { extensionLaws, FakeClock, Gate, toolCall, toolLaws } from "@dispatch/testkit";
import { openDesk } from "@dispatch/workspace-local/fixture";
import { expect, test } from "vitest";
import { grep } from "./grep.ts";
import extension from "./index.ts";
import { ripgrep } from "./ripgrep.fixture.ts";

const tree = { "a.ts": "one\nfind me\nthree\n", "src/b.ts": "Find Me\n", "src/c.md": "find me too\n", ".env": "find me\n" };
const own = () => grep({ clock: new FakeClock() });

for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension })));
for (const [law, hold] of Object.entries(toolLaws))
  test(law, () =>
    hold(async () => ({
      tool: own(),
      workspace: (await openDesk(tree)).workspace,
      good: [{ pattern: "find" }, { pattern: "nowhere" }, { pattern: "one", path: "a.ts", context: 2 }],
      misfits: [{}, { pattern: 1 }, { pattern: "a", context: 6 }, { pattern: "a", limit: 0 }, { pattern: "a", limit: 1_001 }],
      refused: [
        { pattern: "(" },
        { pattern: "" },
        { pattern: "a", path: ".." },
        { pattern: "a", path: "none" },
        { pattern: "a", glob: "../*" },
      ],
    })),
  );

async function searching(files: { readonly [path: string]: string | Uint8Array }, tool = own()) {
  const desk = await openDesk(files);
  const search = async (input: { readonly [field: string]: Json }, workspace: Workspace = desk.workspace) => {
    const checked = await validate(tool.input, input);
    if (!checked.ok) throw new Error(checked.problems.join());
    const result = await tool.run(checked.value, toolCall(workspace));
    return { text: resultText(result), refused: result.refused === true, details: result.details };
  };
  return { ...desk, search };
}

test("lines are found in all files, hidden ones too, and told by path, line and text", async () => {
  const { search } = await searching(tree);
  expect(await search({ pattern: "find me" })).toEqual({
    text: ".env:1:find me\n\na.ts:2:find me\n\nsrc/c.md:1:find me too",
    refused: false,
    details: { matches: 3, files: 3, complete: true },
  });
});

test("path, glob, ignoreCase and context narrow and widen", async () => {
  const { search } = await searching(tree);
  expect((await search({ pattern: "find me", path: "src" })).text).toBe("src/c.md:1:find me too");
  expect((await search({ pattern: "find me", glob: "*.ts", ignoreCase: true })).text).toBe("a.ts:2:find me\n\nsrc/b.ts:1:Find Me");
  expect((await search({ pattern: "find me", path: "a.ts", context: 1 })).text).toBe("a.ts-1-one\na.ts:2:find me\na.ts-3-three");
  expect((await search({ pattern: "nowhere", path: "src", glob: "*.md" })).text).toBe("No line matches in src (*.md).");
});

test("what .gitignore rules out is searched only where it is named", async () => {
  const { search } = await searching({ ".gitignore": "dist/\n*.log\n", "dist/a.js": "x\n", "b.log": "x\n", c: "x\n", ".git/d": "x\n" });
  expect((await search({ pattern: "x" })).text).toBe("c:1:x");
  expect((await search({ pattern: "x", path: "dist" })).text).toBe("dist/a.js:1:x");
  expect((await search({ pattern: "x", path: "b.log" })).text).toBe("b.log:1:x");
});

test("binary files are passed over, also when the NUL comes late", async () => {
  const late = new TextEncoder().encode(`needle\n${"x\n".repeat(300_000)}\0`);
  const { search } = await searching({ "a.bin": new Uint8Array([110, 101, 101, 100, 108, 101, 0]), "late.bin": late, t: "needle\n" });
  expect((await search({ pattern: "needle" })).text).toBe("t:1:needle");
});

test("a binary file that is named is said to be one", async () => {
  const { search } = await searching({ "a.bin": new Uint8Array([110, 101, 101, 100, 108, 101, 0]) });
  expect((await search({ pattern: "needle", path: "a.bin" })).text).toMatch(/^No line matches in a\.bin\.\n\(It is a binary file/);
});

test("links are not followed", async () => {
  const { search, root, outside } = await searching({ "real/a": "secret\n" });
  await symlink(join(outside, "secret.txt"), join(root, "l"));
  await symlink(outside, join(root, "folder"));
  await symlink("real", join(root, "again"));
  expect((await search({ pattern: "secret" })).text).toBe("real/a:1:secret");
  expect((await search({ pattern: "secret", path: "l" })).refused).toBe(true);
});

test("a large file is searched whole, a window at a time, also across the windows' edges", async () => {
  const { search } = await searching({ "big.txt": `${"é".repeat(40)}\n`.repeat(20_000).replace(/\n$/, " needle\n") });
  expect((await search({ pattern: "needle", limit: 5 })).text).toBe(`big.txt:20000:${"é".repeat(40)} needle`);
});

test("more lines than were wanted are not shown but said, and which are shown does not change", async () => {
  const { search } = await searching(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`f${10 + i}`, "x\nx\n"])));
  const five = await search({ pattern: "x", limit: 5 });
  expect(five.text).toBe(
    "f10:1:x\nf10:2:x\n\nf11:1:x\nf11:2:x\n\nf12:1:x\n… more lines match than the 5 shown; narrow the pattern, the path or the glob, or raise limit.",
  );
  expect(five.details).toEqual({ matches: 5, files: 3, complete: false });
  expect((await search({ pattern: "x", limit: 80 })).details).toEqual({ matches: 80, files: 40, complete: true });
});

test("a pattern that is no regular expression is refused with the reason", async () => {
  const { search } = await searching(tree);
  expect(await search({ pattern: "foo(" })).toMatchObject({ refused: true, text: expect.stringContaining("missing closing )") });
});

test("patterns on which others never end are answered", async () => {
  const { search } = await searching({ "a.txt": `${"a".repeat(50_000)}!\n` });
  expect((await search({ pattern: "(a+)+$" })).text).toBe("No line matches in the working directory.");
});

test("lines that are too long are said", async () => {
  const { search } = await searching({ "a.js": `${"x".repeat(200_000)}needle\nneedle\n` });
  expect((await search({ pattern: "needle" })).text).toBe("a.js:2:needle\n(Lines too long to be searched: 1. Use run_shell for those.)");
});

test("a search that takes too long ends with what it has found", async () => {
  const clock = new FakeClock();
  const { workspace } = await searching({ a: "x\n", "b/c": "x\n" });
  const gate = new Gate();
  const stuck: Workspace = Object.assign(Object.create(workspace) as Workspace, {
    root: workspace.root,
    display: (path: string) => workspace.display(path),
    stat: (path: string) => workspace.stat(path),
    read: (path: string) => workspace.read(path),
    resolve: async (path: string) => {
      await gate.pass();
      return workspace.resolve(path);
    },
  });
  const running = grep({ clock }).run({ pattern: "x" }, toolCall(stuck));
  await gate.reached;
  await clock.advance(30_000);
  gate.open();
  const result = await running;
  expect(resultText(result)).toContain("ended after 30 s, before all was searched");
  expect(result.details).toMatchObject({ complete: false });
  expect(clock.sleeping).toBe(0);
});

test("a search that is stopped says so and leaves no sleeper", async () => {
  const clock = new FakeClock();
  const { workspace } = await searching(tree);
  const running = grep({ clock }).run({ pattern: "x" }, toolCall(workspace, AbortSignal.abort()));
  await expect(running).rejects.toMatchObject({ kind: "cancelled" });
  expect(clock.sleeping).toBe(0);
});

test.runIf(ripgrep)("with ripgrep and without, the answers are the same", async () => {
  const words = ["alpha", "Beta", "gamma delta", "x = y + 1", "émile", "tab\there", "foo_bar", "(paren)", "100%", "  indented", "end\r"];
  const files = Object.fromEntries(
    Array.from({ length: 120 }, (_, i) => [
      `${["src", "lib/deep", "docs", "."][i % 4]}/f${i}.${["ts", "md"][i % 2]}`,
      Array.from({ length: 5 }, (_, line) => words[(i * 7 + line * 3) % words.length]).join("\n"),
    ]),
  );
  const ignored = { ".gitignore": "docs/*.md\n", "src/.gitignore": "f4.ts\n", "bin.dat": new Uint8Array([97, 108, 112, 104, 97, 0]) };
  const { search, workspace } = await searching({ ...files, ...ignored });
  const helped = grep({ clock: new FakeClock(), ripgrep });
  const inputs = [
    ...[
      "alpha",
      "^Beta$",
      "\\bdelta",
      "[a-z]+_[a-z]+",
      "\\(paren\\)",
      "\\d+%",
      "^\\s+\\S",
      "end$",
      "É",
      "(?i)BETA",
      "a.*a",
      "foo|x =",
      "nothing",
      ".",
    ].map((pattern) => ({ pattern })),
    { pattern: "BETA|É", ignoreCase: true },
    { pattern: "gamma", context: 2 },
    { pattern: "a", glob: "*.md" },
    { pattern: "a", path: "lib", limit: 7 },
    { pattern: "\\pL" },
    { pattern: "[[:space:]]$" },
  ];
  let found = 0;
  for (const input of inputs) {
    const alone = await search(input);
    const together = await helped.run(input, toolCall(workspace));
    expect([input, resultText(together)]).toEqual([input, alone.text]);
    found += (alone.details as { matches: number }).matches;
  }
  expect(found).toBeGreaterThan(500);
});

// Reaches limitMax.
test("a thousand lines may be asked for, and no more", async () => {
  expect((await validate(own().input, { pattern: "x", limit: 1_000 })).ok).toBe(true);
  expect((await validate(own().input, { pattern: "x", limit: 1_001 })).ok).toBe(false);
});

// Reaches openFilesMax.
test("sixteen files are read at once", async () => {
  const { search, workspace } = await searching(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`f${10 + i}`, "x\n"])));
  let [open, most] = [0, 0];
  const read: Workspace["read"] = async (path, range) => {
    most = Math.max(most, ++open);
    try {
      return await workspace.read(path, range);
    } finally {
      open--;
    }
  };
  const watched: Workspace = new Proxy(workspace, {
    get: (target, name) => {
      if (name === "read") return read;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  expect((await search({ pattern: "x" }, watched)).details).toMatchObject({ matches: 40 });
  expect([most, open]).toEqual([16, 0]);
});

// Reaches batchFilesMax.
test("ripgrep is asked about a thousand files at a time", async () => {
  const { root, put } = await openDesk();
  const rg = await put("rg", `#!/bin/sh\necho $# >> "${root}/asked"\nexit 1\n`);
  await chmod(rg, 0o700);
  const files = Object.fromEntries(Array.from({ length: 1_200 }, (_, i) => [`f${i}`, ""]));
  const { search } = await searching(files, grep({ clock: new FakeClock(), ripgrep: rg }));
  expect((await search({ pattern: "x" })).details).toMatchObject({ matches: 0, complete: true });
  const [first = 0, second = 0] = (await readFile(join(root, "asked"), "utf8")).trim().split("\n").map(Number);
  expect(first - second).toBe(800);
});
