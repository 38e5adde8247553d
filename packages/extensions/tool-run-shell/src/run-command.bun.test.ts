import type { ToolOutput } from "@dispatch/kernel";
import { FakeClock } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { pieces } from "./pieces.fixture.ts";
import { realClock } from "./real-clock.fixture.ts";
import { runCommand } from "./run-command.ts";
import { orderOf } from "./shell.fixture.ts";

const noFile = () => Promise.reject(new Error("no file was needed"));
const never = new AbortController().signal;
const command = async (text: string) => ({ order: await orderOf(text, "/"), timeoutMs: 60_000 });

test("a command that has ended leaves no sleeper behind", async () => {
  const clock = new FakeClock();
  const outcome = await runCommand(await command("echo hello"), { clock, pieces, progress: () => {}, openFile: noFile }, never);
  const output = { head: "hello\n", tail: "", leftOutBytes: 0, totalBytes: 6 };
  expect(outcome).toEqual({ output, exit: { code: 0 }, leftovers: false, escaped: false, durationMs: 0 });
  expect(clock.sleeping).toBe(0);
});

test("a stop that comes while the shell is being started is not missed", async () => {
  const stop = new AbortController();
  const running = runCommand(await command("sleep 1000"), { clock: realClock, pieces, progress: () => {}, openFile: noFile }, stop.signal);
  stop.abort();
  expect(await running).toMatchObject({ cut: "stopped", exit: { signal: "SIGTERM" } });
});

test("everything has been shown when it resolves", async () => {
  const shown: ToolOutput[] = [];
  const progress = (output: ToolOutput) => void shown.push(output);
  await runCommand(await command("echo hello"), { clock: new FakeClock(), pieces, progress, openFile: noFile }, never);
  expect(shown).toEqual([{ stream: "stdout", data: "hello\n" }]);
});

test("a file that fails costs the middle of the output and nothing else", async () => {
  const outcome = await runCommand(
    await command("seq 1 100000; exit 3"),
    { clock: realClock, pieces, progress: () => {}, openFile: noFile },
    never,
  );
  expect(outcome).toMatchObject({ exit: { code: 3 }, output: { lost: "no file was needed", totalBytes: 588_895 } });
  expect(outcome.output.tail.endsWith("\n100000\n")).toBe(true);
});
