import { allGone, endProcesses, killGraceMs, signalAll, within } from "@dispatch/child-processes";
import type { Clock } from "@dispatch/kernel";
import type { SpawnOrder } from "@dispatch/sandbox/contract";
import type { Kept } from "./output.ts";
import { type Exit, type Shell, startShell } from "./process.ts";
import { Reading, type Takers } from "./reading.ts";

export interface Command {
  /** Is disposed with the command's end. */
  readonly order: SpawnOrder;
  readonly timeoutMs: number;
}

export interface Outcome {
  readonly output: Kept;
  /** Absent when even a kill did not end the shell. */
  readonly exit?: Exit;
  /** Why the command was ended before it had ended by itself. */
  readonly cut?: Cut;
  /** It left processes in the background, which were ended. */
  readonly leftovers: boolean;
  /** The limit that it was ended for, as a sentence. */
  readonly outgrown?: string;
  /** A process that cannot be found holds the output open. */
  readonly escaped: boolean;
  readonly durationMs: number;
}

export type Cut = "timeout" | "stopped" | "too-much-output";

/** What background processes get to end by themselves once the shell has. */
export const leftoverGraceMs = 250;
/** How long the output may stay open once nobody is known who could write to it. */
export const drainGraceMs = 1_000;

/**
 * Runs a command to its end, or ends it. When this resolves, all that it has started is gone, but for what cannot be found.
 * Faults: `tool-run-shell/not-started`.
 */
export async function runCommand({ order: ordered, timeoutMs }: Command, takers: Takers, signal: AbortSignal): Promise<Outcome> {
  const { clock } = takers;
  const startedAt = clock.monotonic();
  using order = ordered;
  using shell = await startShell(order);
  const { ownProcesses: own } = order;
  const reading = new Reading(shell, takers);
  const cut = await firstOf(shell, reading, { clock, timeoutMs, signal });
  const leftovers = cut === undefined && !(await allGone(shell.pid, clock, leftoverGraceMs, own));
  if (cut !== undefined || leftovers) await endProcesses(shell.pid, clock, own);
  const exit = await within(clock, drainGraceMs, shell.exited);
  if (own > 0) await takeDown(shell, clock, own);
  const drained = await within(clock, drainGraceMs, reading.drained);
  const output = await reading.end();
  const durationMs = Math.round(clock.monotonic() - startedAt);
  const outgrown = order.outgrown();
  return {
    output,
    ...(exit && { exit }),
    ...(cut && { cut }),
    ...(outgrown !== undefined && { outgrown }),
    leftovers: leftovers && outgrown === undefined,
    escaped: drained !== true,
    durationMs,
  };
}

/** Of a sandbox its first process is killed: all that is in it ends before its parent does. */
async function takeDown(shell: Shell, clock: Clock, own: number): Promise<void> {
  await signalAll(shell.pid, "SIGKILL", own);
  if ((await within(clock, killGraceMs, shell.gone)) === undefined) await signalAll(shell.pid, "SIGKILL");
}

interface Bounds {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What ends the command: `undefined` is its own end. */
async function firstOf(shell: Shell, reading: Reading, { clock, timeoutMs, signal }: Bounds): Promise<Cut | undefined> {
  const wait = new AbortController();
  const stopped = Promise.withResolvers<Cut>();
  const stop = () => stopped.resolve("stopped");
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await Promise.race([
      shell.exited.then(() => undefined),
      reading.full.then((): Cut => "too-much-output"),
      clock.sleep(timeoutMs, wait.signal).then((): Cut => "timeout"),
      stopped.promise,
    ]);
  } finally {
    wait.abort();
    signal.removeEventListener("abort", stop);
  }
}
