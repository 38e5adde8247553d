import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";

/**
 * What a process has started, and what that has started: every process of the session that it leads, and everything that descends from it.
 * A process that has left the session (`setsid`, most daemons) is found as long as its parents live; inside a PID namespace of its own always.
 * `own` is how many of the family are nobody's business: those that a sandbox needs itself.
 */
export async function anyAlive(leaderPid: number, own = 0): Promise<boolean> {
  const family = await familyOf(leaderPid);
  return family === undefined ? signalGroup(leaderPid, 0) : family.length > own;
}

/**
 * A group is told as one, so that what forks at this moment is told too. The leader's own is told at once. Where the family has processes of
 * its own kind (`own`), the leader is the sandbox around it: it is spared a request, and what is to be killed goes with its first process.
 */
export async function signalAll(leaderPid: number, signal: "SIGTERM" | "SIGKILL", own = 0): Promise<void> {
  if (own > 0 && signal === "SIGKILL") return killNamespace(leaderPid);
  if (own === 0) signalGroup(leaderPid, signal);
  const groups = new Set((await familyOf(leaderPid))?.map(({ group }) => group));
  for (const group of groups) if (group !== leaderPid) signalGroup(group, signal);
}

/**
 * How many each of the families is and how much memory it holds, what it shares counted for each process; `undefined` where the system does not
 * tell. One look at the system does for all of them.
 */
export async function sizesOf(leaderPids: readonly number[]): Promise<ReadonlyMap<number, FamilySize> | undefined> {
  const all = await readAll();
  if (all === undefined) return undefined;
  const sizes = leaderPids.map(async (leaderPid) => [leaderPid, await sizeOf(familyIn(all, leaderPid))] as const);
  return new Map(await Promise.all(sizes));
}

export interface FamilySize {
  readonly processes: number;
  readonly memoryBytes: number;
}

export async function sizeOf(members: readonly Member[]): Promise<FamilySize> {
  const measured = members.slice(0, measuredMax);
  const statuses = await Promise.all(measured.map(({ pid }) => readFile(`${processes}/${pid}/status`, "latin1").catch(() => "")));
  const bytes = statuses.map((status) => Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024);
  return { processes: members.length, memoryBytes: bytes.reduce((sum, one) => sum + one, 0) };
}

export const memoryOf = async (leaderPid: number): Promise<number | undefined> => (await sizesOf([leaderPid]))?.get(leaderPid)?.memoryBytes;

/** Every process of the family, the leader among them while it lives; `undefined` without a list of all processes. */
export const pidsOf = async (leaderPid: number): Promise<readonly number[] | undefined> =>
  (await familyOf(leaderPid))?.map(({ pid }) => pid);

/** A family that is larger than this is in trouble already; its size is told of these. */
const measuredMax = 1_024;
const processes = "/proc";

/** All threads of the machine, in microseconds; `undefined` where the system does not tell. */
export function taskCount(): number | undefined {
  try {
    const count = Number(/ \d+\/(\d+) /.exec(readFileSync(`${processes}/loadavg`, "latin1"))?.[1]);
    return Number.isNaN(count) ? undefined : count;
  } catch {
    return undefined;
  }
}

/**
 * Ends a family of more than `max` at this very moment, and tells whether it was one. Nothing is waited for: a fork bomb leaves nobody time for that.
 * It looks at no more processes than `max`; what a process of several threads has started it may not find.
 */
export function endIfLarger(leaderPid: number, max: number, own: number): boolean {
  const family = [leaderPid];
  for (let at = 0; at < family.length && family.length <= max; at++) family.push(...childrenNow(family[at] ?? leaderPid));
  if (family.length <= max) return false;
  if (own > 0) for (const pid of childrenNow(leaderPid)) signalOne(pid, "SIGKILL");
  else signalGroup(leaderPid, "SIGKILL");
  return true;
}

function childrenNow(pid: number): readonly number[] {
  try {
    return readFileSync(`${processes}/${pid}/task/${pid}/children`, "latin1").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** The first process of a PID namespace takes all others of it along, and its parent ends after them. */
async function killNamespace(leaderPid: number): Promise<void> {
  const children = await childrenOf(leaderPid);
  for (const pid of children) signalOne(pid, "SIGKILL");
  if (children.length === 0) signalOne(leaderPid, "SIGKILL");
}

/** Asked of the system alone where it can be: among the thousands of a fork bomb, looking at every process takes long. */
async function childrenOf(pid: number): Promise<readonly number[]> {
  try {
    const told = await readFile(`${processes}/${pid}/task/${pid}/children`, "latin1");
    return told.split(" ").filter(Boolean).map(Number);
  } catch {
    return ((await readAll()) ?? []).filter(({ parent, alive }) => alive && parent === pid).map((child) => child.pid);
  }
}

interface Member {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly alive: boolean;
}

async function familyOf(leaderPid: number): Promise<readonly Member[] | undefined> {
  const all = await readAll();
  return all === undefined ? undefined : familyIn(all, leaderPid);
}

function familyIn(all: readonly Member[], leaderPid: number): readonly Member[] {
  const family = new Set(all.filter(({ session }) => session === leaderPid).map(({ pid }) => pid));
  for (let before = 0; before < family.size; ) {
    before = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  return all.filter(({ pid, alive }) => alive && family.has(pid));
}

/** `undefined` without a list of all processes, as on macOS. */
async function readAll(): Promise<readonly Member[] | undefined> {
  const names = process.platform === "linux" ? await readdir(processes).catch(() => undefined) : undefined;
  if (names === undefined) return undefined;
  const pids = names.filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => readFile(`${processes}/${pid}/stat`, "latin1").catch(() => "")));
  return stats.map((stat, index) => ({ pid: Number(pids[index]), ...parseStat(stat) }));
}

/** `pid (name) state ppid pgrp session …`; the name may hold anything, brackets included. A zombie has ended and waits for its parent. */
function parseStat(stat: string): Omit<Member, "pid"> {
  const [state = "Z", parent, group, session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { alive: !["Z", "X", "x", ""].includes(state), parent: Number(parent), group: Number(group), session: Number(session) };
}

/** Whether there was anybody to tell. */
const signalGroup = (group: number, signal: NodeJS.Signals | 0): boolean => signalOne(-group, signal);

function signalOne(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}
