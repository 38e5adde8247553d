import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { validate } from "@dispatch/kernel";
import { openSandbox } from "@dispatch/sandbox/fixture";
import { toolLaws } from "@dispatch/testkit";
import { openDesk } from "@dispatch/workspace-local/fixture";
import { expect, onTestFinished, test } from "vitest";
import { Commands } from "./commands.ts";
import { pieces, piecesOf } from "./pieces.fixture.ts";
import { realClock } from "./real-clock.fixture.ts";
import { runShell } from "./run-shell.ts";
import { endingOf, openShellDesk, outputOf } from "./shell.fixture.ts";

for (const [law, hold] of Object.entries(toolLaws))
  test(law, () =>
    hold(async () => {
      const { workspace } = await openDesk({ "src/a.txt": "a" });
      const good = [{ command: "echo hello" }, { command: "exit 3", timeoutMs: 600_000 }, { command: "ls", cwd: "src" }];
      const misfits = [{}, { command: "" }, { command: 1 }, { command: "ls", timeoutMs: 0 }, { command: "ls", timeoutMs: 600_001 }];
      const more = [{ command: "ls", timeoutMs: 1.5 }, { command: "ls", timeout: 5 }, { command: "ls", cwd: 1 }, "ls", null];
      const refused = [
        { command: "echo \0" },
        { command: "ls", cwd: ".." },
        { command: "ls", cwd: "none" },
        { command: "ls", cwd: "src/a.txt" },
      ];
      return {
        tool: runShell(new Commands(realClock, pieces), openSandbox({ clock: realClock })),
        workspace,
        good,
        misfits: [...misfits, ...more],
        refused,
      };
    }),
  );

// Reaches timeoutMsMax.
test("the kernel's deadline comes after the longest timeout and every grace", async () => {
  const tool = runShell(new Commands(realClock, pieces), openSandbox({ clock: realClock }));
  const longest = await validate(tool.input, { command: "ls", timeoutMs: 600_000 });
  expect([longest.ok, tool.timeoutMs]).toEqual([true, 610_000]);
});

test("without a timeout it is two minutes", async () => {
  const checked = await validate(runShell(new Commands(realClock, pieces), openSandbox({ clock: realClock })).input, { command: "ls" });
  expect(checked).toMatchObject({ ok: true, value: { command: "ls", timeoutMs: 120_000 } });
});

test("the output comes first, then how it ended, and a screen gets both as data", async () => {
  const { run } = await openShellDesk();
  const ran = await run("echo out; echo err >&2");
  expect(outputOf(ran).split("\n").sort()).toEqual(["err", "out"]);
  expect(ran.text).toMatch(/\nexit code 0 \(\d+\.\d s\)$/);
  expect(ran.details).toEqual({ exitCode: 0, signal: null, durationMs: expect.any(Number), timedOut: false });
});

test("one stream's writes and the other's are shown as what they are", async () => {
  const { start } = await openShellDesk();
  const { result, shown } = start({ command: "echo out; echo err >&2" });
  await result;
  expect([...shown].sort((a, b) => a.stream.localeCompare(b.stream))).toEqual([
    { stream: "stderr", data: "err\n" },
    { stream: "stdout", data: "out\n" },
  ]);
});

test.each([
  ["true", "exit code 0", 0, null],
  ["false", "exit code 1", 1, null],
  ["exit 77", "exit code 77", 77, null],
  ["/etc/passwd", "exit code 126", 126, null],
  ["no-such-program-anywhere", "exit code 127", 127, null],
  ["echo 'unfinished", "exit code 2", 2, null],
  ["kill -TERM $$", "exit code 143, ended by SIGTERM", 143, "SIGTERM"],
  ["kill -SEGV $$", "exit code 139, ended by SIGSEGV", 139, "SIGSEGV"],
  ["sh -c 'kill -KILL $$'; exit $?", "exit code 137", 137, null],
])("%s is a normal result that ends with: %s", async (command, ending, exitCode, signal) => {
  const ran = await (await openShellDesk()).run(command);
  expect([ran.refused, endingOf(ran), ran.details.exitCode, ran.details.signal]).toEqual([false, ending, exitCode, signal]);
});

test("it runs in the working directory, or in a folder inside it", async () => {
  const { start, run, root } = await openShellDesk();
  await mkdir(join(root, "a folder"));
  expect(outputOf(await run('pwd; echo "$PWD"'))).toBe(`${root}\n${root}`);
  expect(outputOf(await start({ command: 'pwd; echo "$PWD"', cwd: "a folder" }).result)).toBe(`${root}/a folder\n${root}/a folder`);
  expect(outputOf(await start({ command: "pwd", cwd: `${root}/a folder/` }).result)).toBe(`${root}/a folder`);
});

test("a folder that may not be used is refused with the reason, and nothing runs", async () => {
  const { start, root, outside, put } = await openShellDesk();
  await put("file.txt", "");
  const reasons = { "..": "outside", [outside]: "outside", none: "does not exist", "file.txt": "is not a folder", "": "The path is empty" };
  for (const [cwd, reason] of Object.entries(reasons)) {
    const { text, refused } = await start({ command: `touch ${root}/ran`, cwd }).result;
    expect([refused, text]).toEqual([true, expect.stringContaining(reason)]);
  }
  expect(await Bun.file(join(root, "ran")).exists()).toBe(false);
});

test("a working directory that is gone is said as such", async () => {
  const { run, root } = await openShellDesk();
  await rm(root, { recursive: true });
  const { refused, text } = await run("ls");
  expect([refused, text]).toEqual([true, `The working directory ${root} does not exist any more. Tell the person to set another.`]);
});

// Reaches commandBytesMax.
test("a command that the shell would not get as it is written is refused", async () => {
  const { run } = await openShellDesk();
  expect([await run("echo a\0b"), await run("echo \ud800"), await run("x".repeat(128 * 1024))]).toMatchObject([
    { refused: true, text: expect.stringContaining("NUL") },
    { refused: true, text: expect.stringContaining("Unicode") },
    { refused: true, text: expect.stringContaining("longer than 131071 bytes") },
  ]);
});

test("the longest command that is taken runs", async () => {
  const { run } = await openShellDesk();
  const rest = "echo ok #";
  expect(outputOf(await run(rest + "x".repeat(128 * 1024 - 1 - rest.length)))).toBe("ok");
});

test("a turn that was stopped before starts nothing", async () => {
  const { start, root } = await openShellDesk();
  const running = start({ command: `touch ${root}/ran` });
  running.stop();
  await expect(running.result).rejects.toMatchObject({ kind: "cancelled", code: "tool-run-shell/stopped" });
  expect(await Bun.file(join(root, "ran")).exists()).toBe(false);
});

test("no key of ours is in a command's environment, and it has what it needs", async () => {
  const keys = [
    "DISPATCH_API_KEY",
    "UMANS_API_KEY",
    "DISPATCH_TOKEN",
    "GITHUB_TOKEN",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "LD_PRELOADED",
  ];
  for (const key of keys) process.env[key] = "the-secret";
  onTestFinished(() => {
    for (const key of keys) delete process.env[key];
  });
  const { run, root } = await openShellDesk();
  const output = outputOf(await run("env"));
  expect(output).not.toContain("the-secret");
  const names = output.split("\n").map((line) => line.slice(0, line.indexOf("=")));
  expect(names.filter((name) => !/^(PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|TZ|LANG|LC_[A-Z]+|TERM|PWD)$/.test(name))).toEqual([]);
  expect(output.split("\n")).toEqual(expect.arrayContaining(["TERM=dumb", `PWD=${root}`]));
});

test("a command has no input, no terminal and no descriptor of ours", async () => {
  const { run } = await openShellDesk();
  expect(outputOf(await run("cat; readlink /proc/self/fd/0"))).toBe("/dev/null");
  expect(outputOf(await run("exec 3>/dev/null; ls /proc/self/fd"))).toBe("0\n1\n2\n3\n4");
  expect(outputOf(await run("(: </dev/tty) 2>&1 | grep -c tty"))).toBe("1");
});

test("a command may open its output by name", async () => {
  const { run } = await openShellDesk();
  const ran = await run("echo a | tee /dev/stderr; echo b > /dev/stdout");
  expect([outputOf(ran).split("\n").sort(), ran.details.exitCode]).toEqual([["a", "a", "b"], 0]);
});

test("where no temporary file can be made, commands still run", async () => {
  const before = process.env.TMPDIR;
  onTestFinished(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  });
  const { run } = await openShellDesk();
  process.env.TMPDIR = "/no/such/folder";
  const ran = await run("readlink /proc/self/fd/1; echo err >&2; exit 4");
  expect([outputOf(ran).split("\n").sort(), ran.details.exitCode]).toEqual([["err", expect.stringContaining("socket:")], 4]);
});

test("many commands at once each get their own output", async () => {
  const { run } = await openShellDesk();
  const outputs = await Promise.all(Array.from({ length: 20 }, (_, n) => run(`echo ${n}; echo ${n} >&2`).then(outputOf)));
  expect(outputs).toEqual(Array.from({ length: 20 }, (_, n) => `${n}\n${n}`));
});

test("what is secret is neither shown nor kept, not even where the middle of a long output is cut out of it", async () => {
  const secret = "canary-of-the-shell-0001";
  const desk = await openShellDesk(realClock, piecesOf(secret));
  const { text, details } = await desk.run(`yes "canary-of-the-""shell-0001" | head -n 8000`);
  const kept = await readFile(details.outputPath ?? "", "utf8");
  for (const told of [text, kept]) expect(told.replaceAll("[masked]", "")).not.toMatch(/canary|shell-0001/);
  expect(kept).toBe("[masked]\n".repeat(8_000));
});
