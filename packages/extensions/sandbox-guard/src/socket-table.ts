import type { RequestPeer } from "@dispatch/transport-http/contract";

/**
 * The inodes of the sockets that a peer's end may be, in `/proc/net/tcp` and `tcp6` as text. One port may be the end of several connections, to other
 * ports than ours; what no process holds any more has none. Addresses stand there as 32-bit words in the machine's order of bytes, which is
 * little-endian wherever this runs.
 */
export function findSockets(table: string, { address, port, serverPort }: RequestPeer): readonly string[] {
  const own = wordsOf(address).map((words) => words + suffix(port));
  return table.split("\n").flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const [, from = "", to = ""] = fields;
    const inode = fields[9] ?? "0";
    return own.includes(from) && to.endsWith(suffix(serverPort)) && inode !== "0" ? [inode] : [];
  });
}

const suffix = (port: number): string => `:${port.toString(16).toUpperCase().padStart(4, "0")}`;

/** As IPv4, and as the IPv6 address that holds it. */
function wordsOf(address: string): readonly string[] {
  const four = /^(?:::ffff:)?(\d+)\.(\d+)\.(\d+)\.(\d+)$/i.exec(address);
  if (four !== null) {
    const word = hex(four.slice(1).map(Number).reverse());
    return [word, `0000000000000000FFFF0000${word}`];
  }
  const bytes = bytesOf(address);
  return bytes === undefined ? [] : [[0, 4, 8, 12].map((at) => hex(bytes.slice(at, at + 4).reverse())).join("")];
}

const hex = (bytes: readonly number[]): string => bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join("");

function bytesOf(address: string): readonly number[] | undefined {
  const [head = "", tail, ...more] = (address.split("%")[0] ?? "").split("::");
  if (more.length > 0) return undefined;
  const groups = (text: string) => (text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16)));
  const [before, after] = [groups(head), groups(tail ?? "")];
  const all = tail === undefined ? before : [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
  if (all.length !== 8 || all.some((group) => !(group >= 0 && group <= 0xffff))) return undefined;
  return all.flatMap((group) => [group >> 8, group & 0xff]);
}
