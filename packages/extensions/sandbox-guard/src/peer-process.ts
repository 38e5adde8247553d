import { readdir, readFile, readlink } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { pidsOf } from "@dispatch/child-processes";
import type { OwnerLookup } from "./refuse-our-own.ts";
import { findSocket } from "./socket-table.ts";

/**
 * By the system's table of TCP sockets and by what each process of the families holds open. Where there is no such table, as on macOS, everybody is
 * somebody else.
 */
export const ownerIsOneOf: OwnerLookup = async ({ address, port }, families) => {
  const inode = await findInode(address, port);
  if (inode === "no table") return "others";
  if (inode === undefined) return isLoopback(address) || address === "" ? "unknown" : "others";
  const pids = (await Promise.all(families.map(pidsOf))).flatMap((family) => family ?? []);
  const held = await Promise.all(pids.map((pid) => holds(pid, `socket:[${inode}]`)));
  return held.includes(true) ? "theirs" : "others";
};

/** A table that changes while it is read may show a socket that is there at neither of two places. */
const looksMax = 3;
const pauseMs = 10;

const readTables = () => Promise.all(["/proc/net/tcp", "/proc/net/tcp6"].map((path) => readFile(path, "latin1").catch(() => undefined)));

/** `undefined`: nobody holds it. Other tables are for tests. */
export async function findInode(address: string, port: number, read = readTables): Promise<string | undefined> {
  for (let look = 1; look <= looksMax; look++) {
    if (look > 1) await pause(pauseMs);
    const tables = await read();
    if (tables.every((table) => table === undefined)) return "no table";
    const inode = findSocket(tables.join("\n"), address, port);
    if (inode !== undefined && inode !== "0") return inode;
  }
  return undefined;
}

const isLoopback = (address: string): boolean => address === "::1" || /^(::ffff:)?127\./.test(address);

async function holds(pid: number, socket: string): Promise<boolean> {
  const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const targets = await Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => "")));
  return targets.includes(socket);
}
