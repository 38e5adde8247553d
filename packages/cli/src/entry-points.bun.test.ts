import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { repository } from "./process.fixture.ts";

let folder = "";
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch bin-")));
});
afterAll(() => rm(folder, { recursive: true }));

async function run(command: readonly string[], { cwd = folder, env = {} }: { readonly cwd?: string; readonly env?: object } = {}) {
  const child = Bun.spawn([...command], { cwd, env: { PATH: process.env.PATH, HOME: folder, ...env }, stdin: "ignore", stderr: "pipe" });
  const [stdout, stderr, exitCode] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { stdout, stderr, exitCode };
}

test("the client runs through a chain of symlinks from any folder, spaces included", async () => {
  await symlink(join(repository, "bin/dispatch"), join(folder, "first"));
  await symlink("first", join(folder, "dispatch"));
  const { stdout, stderr, exitCode } = await run([join(folder, "dispatch"), "--version"]);
  expect([stdout, stderr, exitCode]).toEqual([expect.stringMatching(/^dispatch \d/), "", 0]);
});

test.each([
  "bin/bun",
  "bin/ready",
  "bin/dispatch",
  "bin/up",
  "bin/test",
  "bin/bench",
  "bin/new-extension",
  "bin/compile",
  "bin/install",
  "bin/up2",
  "bin/setup-env",
  "bin/sync-env",
  ".ci/run",
])("%s is a script that every POSIX shell can read", async (script) => {
  expect(await Bun.file(join(repository, script)).text()).toMatch(/^#!\/bin\/sh\n# [^\n]+\n[\s\S]*set -eu\n/);
  expect(await run(["sh", "-n", join(repository, script)])).toEqual({ stdout: "", stderr: "", exitCode: 0 });
});

test.skipIf(Bun.which("shellcheck") === null)("shellcheck finds nothing in bin", async () => {
  const scripts = [...new Bun.Glob("bin/*").scanSync(repository), ".ci/run"].map((name) => join(repository, name));
  expect(await run(["shellcheck", ...scripts])).toEqual({ stdout: "", stderr: "", exitCode: 0 });
});

test("bin/up tells how it is used, and refuses what it does not know before it starts anything", async () => {
  const up = join(repository, "bin/up");
  expect(await run([up, "--help"])).toMatchObject({ exitCode: 0, stderr: "", stdout: expect.stringContaining("bin/up --once <message>") });
  for (const [words, says] of [
    [["--onec"], "Error: bin/up does not know --onec. Did you mean --once?"],
    [["--once"], "Error: --once takes one message, in quotes."],
    [["--once", "a", "b"], "Error: --once takes one message, in quotes."],
    [[""], "Error: An empty argument means nothing."],
  ] as const)
    expect(await run([up, ...words])).toMatchObject({ exitCode: 2, stdout: "", stderr: expect.stringContaining(says) });
});

test("bin/up --once runs a turn with a real tool call in the current folder, and leaves nothing behind", async () => {
  const work = join(folder, "work");
  const temporary = join(folder, "tmp");
  await Promise.all([mkdir(work), mkdir(temporary)]);
  await writeFile(join(work, "only-here.txt"), "");
  const ended = await run([join(repository, "bin/up"), "--once", "List the files here"], { cwd: work, env: { TMPDIR: temporary } });
  expect(ended).toMatchObject({ exitCode: 0 });
  expect(ended.stdout).toMatch(/\n\[tool\] \w+ \{.*\}\n/);
  expect(ended.stdout).toMatch(/\[tool:\w+\] [\s\S]*only-here\.txt/);
  expect(ended.stdout).toMatch(/\n\[conversation\] \S+\n$/);
  expect([[...new Bun.Glob("**/*").scanSync(work)], [...new Bun.Glob("**/*").scanSync(temporary)]]).toEqual([["only-here.txt"], []]);
});

test("bin/up --once fails with the client's exit code, and says why a server does not start", async () => {
  const up = join(repository, "bin/up");
  expect(await run([up, "--once", "  "])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("The message is blank.") });
  const broken = await run([up, "--once", "hi"], { env: { DISPATCH_LOG_LEVEL: "loud" } });
  expect(broken).toMatchObject({ exitCode: 3, stdout: "", stderr: expect.stringContaining("DISPATCH_LOG_LEVEL") });
});

test("bin/new-extension scaffolds packages that pass their own checks", async () => {
  const copy = join(folder, "copy");
  await cp(repository, copy, {
    recursive: true,
    filter: (from) => !/^(node_modules|dist|\.cache|\.git|\.dispatch.*)$/.test(basename(from)),
  });
  const { packageManager } = await Bun.file(join(repository, "package.json")).json();
  const pinned = join(copy, ".cache/bun", String(packageManager).replace("bun@", ""));
  await mkdir(pinned, { recursive: true });
  await writeFile(join(pinned, "path"), `${process.execPath}\n`);
  for (const name of ["tool-word-count", "greeter"]) {
    const made = await run(["bin/new-extension", name], { cwd: copy });
    expect(made).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`packages/extensions/${name} is there.`) });
  }
  const made = ["packages/extensions/tool-word-count", "packages/extensions/greeter"];
  const checks = [
    ["node_modules/@biomejs/biome/bin/biome", "check", ...made],
    ["node_modules/typescript/bin/tsc", "-b", ...made],
    ["node_modules/vitest/vitest.mjs", "run", ...made],
  ];
  for (const check of checks) {
    const { stdout, stderr, exitCode } = await run(["sh", "bin/bun", ...check], { cwd: copy });
    expect([check[0], exitCode, exitCode === 0 ? "" : stdout + stderr]).toEqual([check[0], 0, ""]);
  }
  expect((await run(["bin/new-extension", "greeter"], { cwd: copy })).exitCode).toBe(2);
});

test.each(["Greeter", "kernel", "a--b", "-x", "../up", "tool-9"])("bin/new-extension refuses the name %s", async (name) => {
  const refused = await run([join(repository, "bin/new-extension"), name]);
  expect(refused).toMatchObject({ exitCode: 2, stdout: "", stderr: expect.stringContaining("is no name of an extension") });
});

test("bin/new-extension without a name, or with two, is refused", async () => {
  for (const words of [[], ["a", "b"]]) expect((await run([join(repository, "bin/new-extension"), ...words])).exitCode).toBe(2);
});
