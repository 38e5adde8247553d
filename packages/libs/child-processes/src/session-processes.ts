import { readdir, readFile } from "node:fs/promises";

/**
 * What a process has started, and what that has started: every process group of the session that it leads, since `timeout` and
 * `set -m` make groups of their own. A process that has left the session (`setsid`, most daemons) is not found.
 */
export async function anyAlive(leaderPid: number): Promise<boolean> {
  return (await groupsOf(leaderPid)).size > 0;
}

/** A group is told as one, so that what forks at this moment is told too. The leader's own is told at once. */
export async function signalAll(leaderPid: number, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  signalGroup(leaderPid, signal);
  for (const group of await groupsOf(leaderPid)) if (group !== leaderPid) signalGroup(group, signal);
}

/** Bytes of memory that the session's processes hold together, what they share counted for each; `undefined` where the system does not tell. */
export async function memoryOf(leaderPid: number): Promise<number | undefined> {
  const members = await membersOf(leaderPid);
  if (members === undefined) return undefined;
  const statuses = await Promise.all(members.map(({ pid }) => readFile(`${processes}/${pid}/status`, "latin1").catch(() => "")));
  return statuses.reduce((sum, status) => sum + Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024, 0);
}

const processes = "/proc";

/** Without a list of all processes, as on macOS, the leader's own group has to do. */
async function groupsOf(leaderPid: number): Promise<ReadonlySet<number>> {
  const members = await membersOf(leaderPid);
  if (members === undefined) return new Set(signalGroup(leaderPid, 0) ? [leaderPid] : []);
  return new Set(members.map(({ group }) => group));
}

interface Member {
  readonly pid: string;
  readonly group: number;
}

/** Who is alive in the session. `undefined` without a list of all processes. */
async function membersOf(leaderPid: number): Promise<readonly Member[] | undefined> {
  const names = process.platform === "linux" ? await readdir(processes).catch(() => undefined) : undefined;
  if (names === undefined) return undefined;
  const pids = names.filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => readFile(`${processes}/${pid}/stat`, "latin1").catch(() => "")));
  return stats.flatMap((stat, index) => {
    const { alive, group, session } = parseStat(stat);
    return alive && session === leaderPid ? [{ pid: pids[index] ?? "", group }] : [];
  });
}

/** `pid (name) state ppid pgrp session …`; the name may hold anything, brackets included. A zombie has ended and waits for its parent. */
function parseStat(stat: string): { readonly alive: boolean; readonly group: number; readonly session: number } {
  const [state = "Z", , group, session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { alive: !["Z", "X", "x", ""].includes(state), group: Number(group), session: Number(session) };
}

/** Whether there was anybody to tell. */
function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false;
  }
}
