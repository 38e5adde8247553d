import { setTimeout as pause } from "node:timers/promises";
import type { Clock } from "@dispatch/kernel";
import { expect, onTestFinished, test } from "vitest";
import { endProcesses } from "./end-processes.ts";
import { anyAlive, memoryOf, signalAll, sizeOf } from "./session-processes.ts";

/** Real processes take real time. */
const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => pause(ms, undefined, signal ? { signal } : {}).catch(() => {}),
};

async function family() {
  const child = Bun.spawn(["/bin/sh", "-c", "sleep 1000 & timeout 1000 sleep 1000 & echo ready; wait"], { detached: true, stdout: "pipe" });
  onTestFinished(() => signalAll(child.pid, "SIGKILL"));
  await child.stdout.getReader().read();
  return child;
}

test("a family is ended with all that it has started, also what leads a group of its own", async () => {
  const child = await family();
  expect(await anyAlive(child.pid)).toBe(true);
  await endProcesses(child.pid, clock);
  expect(await anyAlive(child.pid)).toBe(false);
});

test("the memory of a family is that of all its members, and none when it is gone", async () => {
  const child = await family();
  const own = Number(/VmRSS:\s*(\d+)/.exec(await Bun.file(`/proc/${child.pid}/status`).text())?.[1]) * 1024;
  expect(await memoryOf(child.pid)).toBeGreaterThan(own);
  await endProcesses(child.pid, clock);
  expect(await memoryOf(child.pid)).toBe(0);
});

// Reaches measuredMax.
test("of a family without measure the memory of 1,024 is counted, and all are told", async () => {
  const { pid } = await family();
  const member = { pid, parent: 1, group: pid, session: pid, alive: true };
  const one = (await sizeOf([member])).memoryBytes;
  expect(await sizeOf(Array(1_500).fill(member))).toEqual({ processes: 1_500, memoryBytes: 1_024 * one });
});
