import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FakeClock } from "@dispatch/testkit";
import { expect, onTestFinished, test } from "vitest";
import { endingOf, isAlive, openFiles, openShellDesk, outputOf, type RunningCommand, turnOfLoop, untilGone } from "./shell.fixture.ts";

/** Prints the ids of three sleepers below it, one of which leads a process group of its own. */
const family = "sleep 1000 & a=$!; sh -c 'sleep 1000 & echo $!; wait' & timeout 1000 sleep 1000 & echo $a $! ready; wait";

async function pidsOf(running: RunningCommand): Promise<readonly string[]> {
  await running.seen(/(ready|\d+)\n(.*\n)*.*(ready|\d+)\n/);
  return running.shown.flatMap(({ data }) => data.match(/\d+/g) ?? []);
}

/** Lets time pass in small steps until it has ended. */
async function passUntilEnd<T>(clock: FakeClock, result: Promise<T>): Promise<T> {
  let ended = false;
  void result.finally(() => {
    ended = true;
  });
  while (!ended) await clock.advance(10);
  return result;
}

/** What a person sees is gathered for a moment, so time has to pass until it is seen. */
async function passUntilSeen(clock: FakeClock, running: RunningCommand, pattern: RegExp): Promise<RegExpMatchArray> {
  for (;;) {
    const match = running.shown
      .map(({ data }) => data)
      .join("")
      .match(pattern);
    if (match !== null) return match;
    await clock.advance(1);
  }
}

test("a stop ends the whole family", async () => {
  const { start } = await openShellDesk();
  const running = start({ command: family });
  const pids = await pidsOf(running);
  running.stop();
  const ran = await running.result;
  await Promise.all(pids.map(untilGone));
  expect(pids).toHaveLength(3);
  expect(endingOf(ran)).toBe("stopped: exit code 143, ended by SIGTERM");
  expect(ran.details).toMatchObject({ exitCode: 143, signal: "SIGTERM", timedOut: false });
});

test("the timeout ends the whole family, and what came until then is there", async () => {
  const { start } = await openShellDesk();
  const running = start({ command: family, timeoutMs: 300 });
  const ran = await running.result;
  const pids = ran.text.split("\n", 2).join(" ").match(/\d+/g) ?? [];
  await Promise.all(pids.map(untilGone));
  expect([pids.length, endingOf(ran), ran.details.timedOut]).toEqual([3, "timed out after 0.3 s: exit code 143, ended by SIGTERM", true]);
  expect(ran.refused).toBe(false);
});

test("the timeout counts by the clock that it was given, to the millisecond", async () => {
  const clock = new FakeClock();
  const { start } = await openShellDesk(clock);
  const running = start({ command: "echo ready; exec sleep 1000", timeoutMs: 600_000 });
  await passUntilSeen(clock, running, /ready/);
  const [pid] = await passUntilSeen(clock, running, /ready/);
  expect(pid).toBe("ready");
  await clock.advance(600_000 - clock.monotonic() - 1);
  const early = await Promise.race([running.result, turnOfLoop()]);
  expect(early).toBeUndefined();
  await clock.advance(1);
  const ran = await passUntilEnd(clock, running.result);
  expect(ran.details.timedOut).toBe(true);
  expect(ran.details.durationMs).toBeGreaterThanOrEqual(600_000);
  expect(clock.sleeping).toBe(0);
});

test("a command gets the chance to put its things in order", async () => {
  const { start } = await openShellDesk();
  const running = start({ command: "trap 'echo tidied; exit 7' TERM; echo ready; while :; do sleep 0.01; done" });
  await running.seen(/ready/);
  running.stop();
  const ran = await running.result;
  expect([outputOf(ran), endingOf(ran)]).toEqual([expect.stringContaining("tidied"), "stopped: exit code 7"]);
});

test("what ignores the request to end is killed after its grace, and not before", async () => {
  const clock = new FakeClock();
  const { start } = await openShellDesk(clock);
  const stubborn = "while :; do sleep 1; done";
  const command = `trap '' TERM; sh -c 'echo child $$; ${stubborn}' & echo shell $$; ${stubborn}`;
  const running = start({ command });
  const [, shell = ""] = await passUntilSeen(clock, running, /shell (\d+)/);
  const [, child = ""] = await passUntilSeen(clock, running, /child (\d+)/);
  const stoppedAt = clock.monotonic();
  running.stop();
  await turnOfLoop();
  while (clock.monotonic() - stoppedAt < 2_000) {
    expect(await isAlive(child)).toBe(true);
    await clock.advanceToNext();
  }
  await Promise.all([child, shell].map(untilGone));
  await clock.advance(500);
  expect(endingOf(await running.result)).toBe("stopped: exit code 137, ended by SIGKILL");
});

test("what ignores the request and has closed its output is killed too", async () => {
  const clock = new FakeClock();
  const { start } = await openShellDesk(clock);
  const running = start({ command: "sh -c 'trap \"\" TERM; echo $$ ready; exec >/dev/null 2>&1; while :; do sleep 1; done' & wait" });
  const [, pid = ""] = await passUntilSeen(clock, running, /(\d+) ready/);
  running.stop();
  await passUntilEnd(clock, running.result);
  await untilGone(pid);
});

test.each([
  ["holds the output open", "sleep 1000 & echo $!"],
  ["has closed its output", "sleep 1000 >/dev/null 2>&1 & echo $!"],
  ["was started to outlive a hangup", "nohup sleep 1000 >/dev/null 2>&1 & echo $!"],
  ["leads a group of its own", "timeout 1000 sleep 1000 >/dev/null 2>&1 & echo $!"],
])("a background process that %s ends with its command, and is told of", async (_, command) => {
  const { run } = await openShellDesk();
  const ran = await run(command);
  const [pid = "", note] = outputOf(ran).split("\n");
  await untilGone(pid);
  expect([endingOf(ran), note]).toEqual(["exit code 0", expect.stringContaining("still there in the background")]);
});

test("a background process that ends soon by itself is waited for and not told of", async () => {
  const clock = new FakeClock();
  const { start, root } = await openShellDesk(clock);
  const running = start({ command: "sh -c 'echo $$ > pid; sleep 0.02; echo late' & echo early" });
  await untilGone(await firstLine(join(root, "pid")));
  await clock.advance(250);
  const ran = await running.result;
  expect(clock.sleeping).toBe(0);
  expect(ran.text).toMatch(/^early\nlate\nexit code 0/);
});

test("a process that detaches itself cannot be ended, does not hold the call, and is told of", async () => {
  const { run } = await openShellDesk();
  const ran = await run("setsid sh -c 'echo $$; exec sleep 1000' & exit 5");
  const [pid = "0", note] = outputOf(ran).split("\n");
  onTestFinished(() => void process.kill(Number(pid), "SIGKILL"));
  expect(await isAlive(pid)).toBe(true);
  expect([endingOf(ran), note]).toEqual(["exit code 5", expect.stringContaining("detached itself (setsid)")]);
});

test("disposing ends what runs and waits for it, and what comes later is not started", async () => {
  const { start, run, commands } = await openShellDesk();
  const running = [start({ command: family }), start({ command: "echo $$; echo ready; sleep 1000" })];
  const pids = (await Promise.all(running.map(pidsOf))).flat();
  let ended = 0;
  for (const { result } of running) void result.then(() => ended++);
  await commands[Symbol.asyncDispose]();
  await turnOfLoop();
  expect(ended).toBe(2);
  expect(await Promise.all(running.map(({ result }) => result.then(endingOf)))).toEqual(
    running.map(() => "stopped: exit code 143, ended by SIGTERM"),
  );
  expect(pids).toHaveLength(4);
  await Promise.all(pids.map(untilGone));
  await expect(run("true")).rejects.toMatchObject({ kind: "cancelled" });
});

test("no pipe stays open, however a command ends", async () => {
  const { start, run } = await openShellDesk();
  const whereItWrites = "readlink /proc/$$/fd/1; echo ready";
  const stopped = start({ command: `${whereItWrites}; sleep 1000` });
  await stopped.seen(/ready/);
  stopped.stop();
  const escaped = `${whereItWrites}; setsid sleep 3 & sleep 0.05`;
  const all = [run(whereItWrites), run(`${whereItWrites}; sleep 1000`, 200), stopped.result, run(escaped)];
  for (const ran of await Promise.all(all)) {
    const [folder = ""] = ran.text.match(/\S+dispatch-pipe-\w+/) ?? [];
    expect(folder).not.toBe("");
    while ((await openFiles()).some((path) => path.startsWith(folder))) await turnOfLoop();
  }
});

/** Once another process has written it. */
async function firstLine(path: string): Promise<string> {
  for (;;) {
    const [line, ...rest] = (await readFile(path, "utf8").catch(() => "")).split("\n");
    if (line !== undefined && rest.length > 0) return line;
    await turnOfLoop();
  }
}
