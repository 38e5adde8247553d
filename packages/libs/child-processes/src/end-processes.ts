import type { Clock } from "@dispatch/kernel";
import { anyAlive, signalAll } from "./session-processes.ts";

/** What processes get to put its things in order. */
export const termGraceMs = 2_000;
/** What the system gets to take down what was killed. */
export const killGraceMs = 500;
const firstLookMs = 2;

/** Asks the family that a process leads to end, and kills what has not in `termGraceMs`. Takes at most both graces. `own` as for `anyAlive`. */
export async function endProcesses(leaderPid: number, clock: Clock, own = 0): Promise<void> {
  await signalAll(leaderPid, "SIGTERM", own);
  if (await allGone(leaderPid, clock, termGraceMs, own)) return;
  await signalAll(leaderPid, "SIGKILL", own);
  await allGone(leaderPid, clock, killGraceMs, own);
}

/** The end of a process that is not our child can only be looked for: soon at first, then ever more rarely. */
export async function allGone(leaderPid: number, clock: Clock, graceMs: number, own = 0): Promise<boolean> {
  const until = clock.monotonic() + graceMs;
  for (let pauseMs = firstLookMs; await anyAlive(leaderPid, own); pauseMs *= 2) {
    const leftMs = until - clock.monotonic();
    if (leftMs <= 0) return false;
    await clock.sleep(Math.min(pauseMs, leftMs));
  }
  return true;
}
