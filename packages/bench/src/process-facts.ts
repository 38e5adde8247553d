import { readFileSync, writeFileSync } from "node:fs";

/** What Linux tells of a process and its descendants. */

/** USER_HZ: the kernel counts CPU time for /proc in hundredths of a second on every common architecture. */
const ticksPerSecond = 100;
const bytesPerKib = 1_024;

/** User and system time so far, descendants that are alive included. */
export function cpuSeconds(pid: number): number {
  return familyOf(pid).reduce((sum, member) => sum + ownCpuSeconds(member), 0);
}

export const residentBytes = (pid: number): number => sumOfStatus(pid, "VmRSS");

/** The highest `residentBytes` since the process began or `forgetPeak` was called. Descendants' peaks need not coincide: the sum is an upper bound. */
export const peakResidentBytes = (pid: number): number => sumOfStatus(pid, "VmHWM");

export function forgetPeak(pid: number): void {
  for (const member of familyOf(pid)) writeFileSync(`/proc/${member}/clear_refs`, "5");
}

function familyOf(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  return [pid, ...children.flatMap(familyOf)];
}

function ownCpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name before it may hold spaces
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

function sumOfStatus(pid: number, field: string): number {
  return familyOf(pid).reduce((sum, member) => {
    const [, kib = "0"] = new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(readFileSync(`/proc/${member}/status`, "utf8")) ?? [];
    return sum + Number(kib) * bytesPerKib;
  }, 0);
}
