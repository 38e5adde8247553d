import { readdir, readFile } from "node:fs/promises";

/**
 * What a shell has started, and what that has started: every process group of the session that the shell leads, since `timeout` and
 * `set -m` make groups of their own. A process that has left the session (`setsid`, most daemons) is not found.
 */
export async function anyAlive(shellPid: number): Promise<boolean> {
  return (await groupsOf(shellPid)).size > 0;
}

/** A group is told as one, so that what forks at this moment is told too. The shell's own is told at once. */
export async function signalAll(shellPid: number, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  signalGroup(shellPid, signal);
  for (const group of await groupsOf(shellPid)) if (group !== shellPid) signalGroup(group, signal);
}

const processes = "/proc";

/** Without a list of all processes, as on macOS, the shell's own group has to do. */
async function groupsOf(shellPid: number): Promise<ReadonlySet<number>> {
  const names = process.platform === "linux" ? await readdir(processes).catch(() => undefined) : undefined;
  if (names === undefined) return new Set(signalGroup(shellPid, 0) ? [shellPid] : []);
  const pids = names.filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => readFile(`${processes}/${pid}/stat`, "latin1").catch(() => "")));
  return new Set(stats.map(parseStat).flatMap(({ alive, group, session }) => (alive && session === shellPid ? [group] : [])));
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
