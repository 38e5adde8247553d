import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@dispatch/kernel";
import { asItComes, hasSandbox, mayCeil, openSandbox, type SandboxOptions } from "@dispatch/sandbox/fixture";
import { FakeClock } from "@dispatch/testkit";
import { describe, expect, test } from "vitest";
import { pieces } from "./pieces.fixture.ts";
import { realClock } from "./real-clock.fixture.ts";
import { endingOf, isAlive, openFiles, openShellDesk, outputOf, turnOfLoop } from "./shell.fixture.ts";

const openConfined = (clock: Clock = realClock, options: Partial<SandboxOptions> = {}) =>
  openShellDesk(clock, pieces, openSandbox({ clock, confinement: asItComes, ...options }));

/** Writes the ids of the namespace's processes as this side counts them. */
async function processesOf(text: string): Promise<readonly string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const words = await Promise.all(
    pids.map(async (pid) => [pid, await readFile(`/proc/${pid}/cmdline`, "latin1").catch(() => "")] as const),
  );
  return words.filter(([, line]) => line.includes(text)).map(([pid]) => pid);
}

const mark = () => `mark-${Math.random().toString(36).slice(2)}`;

describe.skipIf(!hasSandbox)("a confined command", () => {
  test.each([
    ["true", "exit code 0", 0, null],
    ["exit 77", "exit code 77", 77, null],
    ["no-such-program-anywhere", "exit code 127", 127, null],
    ["echo 'unfinished", "exit code 2", 2, null],
    ["exit 143", "exit code 143", 143, null],
    ["kill -TERM $$", "exit code 143, ended by SIGTERM", 143, "SIGTERM"],
    ["kill -SEGV $$", "exit code 139, ended by SIGSEGV", 139, "SIGSEGV"],
    ["kill -INT $$", "exit code 130, ended by SIGINT", 130, "SIGINT"],
    ["sh -c 'kill -KILL $$'; exit $?", "exit code 137", 137, null],
  ])("%s ends as it does when it is free: %s", async (command, ending, exitCode, signal) => {
    const ran = await (await openConfined()).run(command);
    expect([endingOf(ran), ran.details.exitCode, ran.details.signal]).toEqual([ending, exitCode, signal]);
  });

  test("its output is its own alone, both streams, and nothing of the sandbox is in it", async () => {
    const { start } = await openConfined();
    const { result, shown } = start({ command: "echo out; echo err >&2; kill -KILL $$" });
    expect(
      outputOf(await result)
        .split("\n")
        .sort(),
    ).toEqual(["err", "out"]);
    expect([...shown].sort((a, b) => a.stream.localeCompare(b.stream))).toEqual([
      { stream: "stderr", data: "err\n" },
      { stream: "stdout", data: "out\n" },
    ]);
  });

  test("it has no descriptor but its input and its output, which it may open by name", async () => {
    const { run } = await openConfined();
    expect(outputOf(await run("exec 3>/dev/null; ls /proc/self/fd"))).toBe("0\n1\n2\n3\n4");
    expect(outputOf(await run("cat; readlink /proc/self/fd/0"))).toBe("/dev/null");
    expect(outputOf(await run("echo a | tee /dev/stderr")).split("\n")).toEqual(["a", "a"]);
  });

  test("it works in its folder, which it may change, and in a folder below", async () => {
    const { run, start, root } = await openConfined();
    expect(outputOf(await run("mkdir -p deep; echo x > deep/file; pwd"))).toBe(root);
    expect(await readFile(join(root, "deep/file"), "utf8")).toBe("x\n");
    expect(outputOf(await start({ command: 'pwd; echo "$PWD"; cat file', cwd: "deep" }).result)).toBe(`${root}/deep\n${root}/deep\nx`);
  });

  test("what it left in the background gets its time, and is then ended and told of", async () => {
    const { run } = await openConfined();
    const soon = await run("sh -c 'sleep 0.02; echo late' & echo early");
    expect(outputOf(soon)).toBe("early\nlate");
    const name = mark();
    const ran = await run(`sh -c 'sleep 1000; : ${name}' >/dev/null 2>&1 & sleep 0.05; exit 4`);
    expect([endingOf(ran), outputOf(ran)]).toEqual(["exit code 4", expect.stringContaining("still there in the background")]);
    expect(await processesOf(name)).toEqual([]);
  });

  test("a process that detaches itself is found, ended and told of", async () => {
    const { run } = await openConfined();
    const name = mark();
    const ran = await run(`setsid sh -c 'sleep 1000; : ${name}' & (setsid sh -c 'sleep 1000; : ${name}' &) ; sleep 0.05; exit 5`);
    expect([endingOf(ran), outputOf(ran)]).toEqual(["exit code 5", expect.stringContaining("still there in the background")]);
    expect(await processesOf(name)).toEqual([]);
  });

  test("a stop asks it to end first, and takes all that it has started", async () => {
    const { start } = await openConfined();
    const name = mark();
    const running = start({
      command: `setsid sh -c 'sleep 1000; : ${name}' & trap 'echo tidied; exit 7' TERM; echo ready; while :; do sleep 0.01; done`,
    });
    await running.seen(/ready/);
    running.stop();
    const ran = await running.result;
    expect([outputOf(ran), endingOf(ran)]).toEqual([expect.stringContaining("tidied"), "stopped: exit code 7"]);
    expect(await processesOf(name)).toEqual([]);
  });

  test("what ignores the request is killed after its grace, and not before", async () => {
    const clock = new FakeClock();
    const { start } = await openConfined(clock, { clock: realClock });
    const name = mark();
    const running = start({ command: `trap '' TERM; : ${name}; while :; do sleep 1; done` });
    while ((await processesOf(name)).length < 3) await turnOfLoop();
    const pids = await processesOf(name);
    const anyLives = async () => (await Promise.all(pids.map(isAlive))).includes(true);
    const stoppedAt = clock.monotonic();
    running.stop();
    await turnOfLoop();
    while (clock.monotonic() - stoppedAt < 2_000) {
      expect(await anyLives()).toBe(true);
      await clock.advanceToNext();
    }
    while (await anyLives()) await turnOfLoop();
    await clock.advance(500);
    expect((await running.result).text).toMatch(/stopped: exit code 137/);
  });

  test("its timeout ends it, and what came until then is there", async () => {
    const { run } = await openConfined();
    const ran = await run("echo before; sleep 1000", 300);
    expect([outputOf(ran), endingOf(ran), ran.details.timedOut]).toEqual([
      "before",
      "timed out after 0.3 s: exit code 143, ended by SIGTERM",
      true,
    ]);
  });

  test("a command that ends the sandbox from within ends", async () => {
    const { run } = await openConfined();
    expect((await run("kill -9 -1; sleep 1000")).details.exitCode).toBe(137);
    expect((await run("kill -9 2; sleep 1000")).details.exitCode).toBe(137);
  });

  test("a server that is killed takes it along, with all that has detached itself", async () => {
    const name = mark();
    const command = `setsid sh -c 'sleep 1000; : ${name}' & trap '' TERM HUP; echo ready; sleep 1000`;
    const words = ["--no-env-file", "--no-install", new URL("doomed-server.fixture.ts", import.meta.url).pathname, command];
    const server = Bun.spawn([process.execPath, ...words], { stdout: "pipe", stderr: "inherit" });
    await server.stdout.getReader().read();
    expect((await processesOf(name)).length).toBeGreaterThan(3);
    server.kill("SIGKILL");
    await server.exited;
    while ((await processesOf(name)).length > 0) await turnOfLoop();
  });

  test("a fork bomb is ended, and is told of", async () => {
    const { run } = await openConfined(realClock, { limits: { processesMax: 64 } });
    const ran = await run("for i in $(seq 1 200); do sleep 1000 & done 2>/dev/null; wait", 20_000);
    expect(outputOf(ran)).toContain("more than 64 processes");
    expect(ran.details.timedOut).toBe(false);
  }, 30_000);

  test.skipIf(!mayCeil(process.getuid?.()))("its namespace is told how many processes there may be, and the machine is not", async () => {
    const machine = await readFile("/proc/sys/kernel/pid_max", "latin1");
    const { run } = await openConfined(realClock, { limits: { processesMax: 40 } });
    const waits = 'until [ "$(cat /proc/sys/kernel/pid_max)" -lt 1000 ]; do sleep 0.01; done; cat /proc/sys/kernel/pid_max';
    expect(outputOf(await run(waits, 20_000))).toBe("340");
    expect(await readFile("/proc/sys/kernel/pid_max", "latin1")).toBe(machine);
  });

  test("a command that holds too much memory is ended, and is told of", async () => {
    const { run } = await openConfined(realClock, { limits: { memoryBytesMax: 128 * 1024 * 1024 } });
    const ran = await run(
      "head -c 100000000 /dev/zero | tail -c 90000000 | sleep 1000 & head -c 100000000 /dev/zero | tail -c 90000000 | sleep 1000 & wait",
      20_000,
    );
    expect(outputOf(ran)).toContain("more than 128 MiB of memory");
  }, 30_000);

  test("no pipe and no process is left of many, and each has its own output", async () => {
    const { run, root } = await openConfined();
    await writeFile(join(root, "name"), mark());
    const outputs = await Promise.all(Array.from({ length: 10 }, (_, n) => run(`echo ${n}; exit ${n}`)));
    expect(outputs.map((ran) => [outputOf(ran), ran.details.exitCode])).toEqual(Array.from({ length: 10 }, (_, n) => [`${n}`, n]));
    while ((await openFiles()).some((path) => path.includes("dispatch-pipe-"))) await turnOfLoop();
    expect(await processesOf(root)).toEqual([]);
    expect((await stat(join(root, "name"))).isFile()).toBe(true);
  });
});

test("where nothing can confine it, a command is not run, and the model reads why", async () => {
  const { run, root } = await openConfined(realClock, { mode: "off" });
  const ran = await run(`touch ${root}/ran`);
  expect([ran.refused, ran.text]).toEqual([true, expect.stringMatching(/not run.*DISPATCH_SANDBOX is off.*Tell the person/)]);
  expect(await Bun.file(join(root, "ran")).exists()).toBe(false);
});
