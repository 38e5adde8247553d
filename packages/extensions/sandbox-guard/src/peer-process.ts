import { readdir, readFile, readlink } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { pidsOf } from "@dispatch/child-processes";
import type { RequestPeer } from "@dispatch/transport-http/contract";
import type { OwnerLookup } from "./refuse-our-own.ts";
import { findSockets } from "./socket-table.ts";

/**
 * By the system's table of TCP sockets and by what each process of the families holds open. Where there is no such table, as on macOS, everybody is
 * somebody else.
 */
export const ownerIsOneOf: OwnerLookup = async (peer, families) => {
  const inodes = await findInodes(peer);
  if (inodes === "no table") return "others";
  if (inodes.length === 0) return isLoopback(peer.address) || peer.address === "" ? "unknown" : "others";
  const pids = (await Promise.all(families.map(pidsOf))).flatMap((family) => family ?? []);
  const sockets = inodes.map((inode) => `socket:[${inode}]`);
  const held = await Promise.all(pids.map((pid) => holds(pid, sockets)));
  return held.includes(true) ? "theirs" : "others";
};

/** A table that changes while it is read may show a socket that is there at neither of two places. */
const looksMax = 3;
const pauseMs = 10;

const readTables = () => Promise.all(["/proc/net/tcp", "/proc/net/tcp6"].map((path) => readFile(path, "latin1").catch(() => undefined)));

/** None: nobody holds it. Other tables are for tests. */
export async function findInodes(peer: RequestPeer, read = readTables): Promise<readonly string[] | "no table"> {
  for (let look = 1; look <= looksMax; look++) {
    if (look > 1) await pause(pauseMs);
    const tables = await read();
    if (tables.every((table) => table === undefined)) return "no table";
    const inodes = findSockets(tables.join("\n"), peer);
    if (inodes.length > 0) return inodes;
  }
  return [];
}

const isLoopback = (address: string): boolean => address === "::1" || /^(::ffff:)?127\./.test(address);

async function holds(pid: number, sockets: readonly string[]): Promise<boolean> {
  const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const targets = await Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => "")));
  return sockets.some((socket) => targets.includes(socket));
}
