import { readFile } from "node:fs/promises";
import { release } from "node:os";
import { setTimeout as pause } from "node:timers/promises";

/** Numbers below are given out once and not again, so that many of the ceiling's are never there at the same time. */
const reservedPids = 300;
/** Until the first process of the namespace is there. */
const looksMax = 50;
const lookMs = 2;

/**
 * Whether a namespace can be told how many processes it may have: root may, from Linux 6.14 on. Before, the same file is the whole machine's. Others
 * need it not: what they start is counted by the system.
 */
export const mayCeil = (uid: number | undefined, kernel: string = release()): boolean => {
  const [, major = "0", minor = "0"] = /^(\d+)\.(\d+)/.exec(kernel) ?? [];
  return uid === 0 && (Number(major) > 6 || (Number(major) === 6 && Number(minor) >= 14));
};

/**
 * Bounds the processes of the namespace that bubblewrap, which runs as `pid`, has made. Nobody counts those of root, and a family that doubles within
 * milliseconds is larger than the machine before anybody looks. Never rejects: without it the look has to do.
 */
export async function ceilProcesses(pid: number, processesMax: number): Promise<void> {
  try {
    const first = await firstInside(pid);
    if (first === undefined) return;
    const words = ["nsenter", `--pid=/proc/${first}/ns/pid`, "--", "/bin/sh", "-c", 'echo "$1" >/proc/sys/kernel/pid_max', "sh"];
    const child = Bun.spawn([...words, `${reservedPids + processesMax}`], { stdin: "ignore", stdout: "ignore", stderr: "ignore", env: {} });
    await child.exited;
  } catch {
    // Without nsenter, or when the command has ended already.
  }
}

/** The child of bubblewrap that is the first of its namespace, once it has started the second: whoever comes in from outside takes nobody's number. */
async function firstInside(pid: number): Promise<string | undefined> {
  for (let look = 0; look < looksMax; look++) {
    const first = await childOf(`${pid}`);
    if (first !== undefined && (await isFirst(first)) && (await childOf(first)) !== undefined) return first;
    await pause(lookMs);
  }
  return undefined;
}

async function childOf(pid: string): Promise<string | undefined> {
  const [child] = (await readFile(`/proc/${pid}/task/${pid}/children`, "latin1")).trim().split(" ");
  return child === "" ? undefined : child;
}

/** `NSpid` lists the number in each namespace, the innermost last. */
async function isFirst(pid: string): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, "latin1").catch(() => "");
  return /^NSpid:\s+\d+\s+.*\b1$/m.test(status);
}
