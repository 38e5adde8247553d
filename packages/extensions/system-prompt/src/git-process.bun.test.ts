import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { gitEnvironment, localGit, outputBytesMax } from "./git-process.ts";
import { plainEnvironment, tempFolder } from "./temp-folder.fixture.ts";

const git = localGit(plainEnvironment);
const calm = new AbortController().signal;

async function repository() {
  const folder = await tempFolder();
  await folder.git("init", "--initial-branch=trunk");
  await folder.write("a.txt", "one\n");
  await folder.git("add", ".");
  await folder.git("commit", "-m", "first");
  return folder;
}

test("the branch and what has changed", async () => {
  await using folder = await repository();
  expect(await git.branch(folder.path, calm)).toBe("trunk");
  expect(await git.status(folder.path, calm)).toBe("");
  await folder.write("a.txt", "two\n");
  await folder.write("b.txt", "new\n");
  expect(await git.status(folder.path, calm)).toBe(" M a.txt\n?? b.txt");
});

test("a folder without a repository has neither", async () => {
  await using folder = await tempFolder();
  expect([await git.branch(folder.path, calm), await git.status(folder.path, calm)]).toEqual([null, null]);
});

test("without git it fails, and says so", async () => {
  await using folder = await tempFolder();
  await expect(localGit({ PATH: folder.path }).branch(folder.path, calm)).rejects.toThrow();
});

test("a git that hangs, and what it has started, ends with the signal", async () => {
  await using folder = await tempFolder();
  const fifo = join(folder.path, "alive");
  await folder.write("bin/git", `#!/bin/sh\n/bin/sleep 1000 &\necho started > ${fifo}\nwait\n`, 0o755);
  await Bun.spawn(["mkfifo", fifo]).exited;
  const stop = new AbortController();
  const branch = localGit({ PATH: join(folder.path, "bin") }).branch(folder.path, stop.signal);
  expect(await Bun.file(fifo).text()).toBe("started\n");
  stop.abort();
  expect(await branch).toBeNull();
});

test("a list of changes without end is cut", async () => {
  await using folder = await repository();
  await Promise.all(Array.from({ length: 700 }, (_, n) => folder.write(`${"x".repeat(100)}-${n}`, "")));
  const told = await git.status(folder.path, calm);
  expect(told?.length).toBeGreaterThan(outputBytesMax - 200);
  expect(told?.length).toBeLessThanOrEqual(outputBytesMax);
});

test("a git that never stops talking is ended", async () => {
  await using folder = await tempFolder();
  await folder.write("bin/git", "#!/bin/sh\nexec /usr/bin/yes\n", 0o755);
  const talkative = localGit({ PATH: join(folder.path, "bin") });
  expect([await talkative.branch(folder.path, calm), await talkative.status(folder.path, calm)]).toEqual([null, null]);
});

test("looking at a hostile repository runs nothing of it", async () => {
  await using folder = await repository();
  await using outside = await tempFolder();
  const bait = await outside.write("bait.sh", `#!/bin/sh\ntouch ${outside.path}/ran-"$1"\ncat\n`, 0o755);
  await folder.git("config", "core.fsmonitor", `${bait} monitor`);
  await folder.git("config", "core.hooksPath", "hooks");
  await folder.write("hooks/post-index-change", `#!/bin/sh\n${bait} hook\n`, 0o755);
  await folder.git("config", "filter.a=b.clean", `${bait} clean`);
  await folder.git("config", "filter.a=b.required", "true");
  await folder.git("config", "filter.c.process", `${bait} process`);
  await folder.write(".gitattributes", "*.txt filter=a=b\n*.md filter=c\n");
  await folder.write("a.txt", "two\n");
  expect(await git.status(folder.path, calm)).toContain(" M a.txt");
  expect(await git.branch(folder.path, calm)).toBe("trunk");
  expect((await readdir(outside.path)).filter((name) => name.startsWith("ran-"))).toEqual([]);
  // The bait works: git by itself takes it.
  await Bun.spawn(["git", "status"], { cwd: folder.path, env: plainEnvironment, stdout: "ignore", stderr: "ignore" }).exited;
  expect((await readdir(outside.path)).filter((name) => name.startsWith("ran-"))).toEqual(
    expect.arrayContaining(["ran-clean", "ran-hook", "ran-monitor"]),
  );
});

test("git is told of the server's environment only what it needs", () => {
  expect(gitEnvironment({ PATH: "/bin", HOME: "/home/a", DISPATCH_API_KEY: "secret", GIT_DIR: "/elsewhere" })).toEqual({
    PATH: "/bin",
    HOME: "/home/a",
    XDG_CONFIG_HOME: undefined,
  });
});
