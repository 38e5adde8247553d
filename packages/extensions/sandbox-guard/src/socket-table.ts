/**
 * The inode of the socket whose own end is this address and port, in `/proc/net/tcp` and `tcp6` as text; `"0"` when no process holds it any more.
 * Addresses stand there as 32-bit words in the machine's order of bytes, which is little-endian wherever this runs.
 */
export function findSocket(table: string, address: string, port: number): string | undefined {
  const wanted = [...wordsOf(address)].map((words) => `${words}:${port.toString(16).toUpperCase().padStart(4, "0")}`);
  for (const line of table.split("\n")) {
    const fields = line.trim().split(/\s+/);
    if (wanted.includes(fields[1] ?? "")) return fields[9];
  }
  return undefined;
}

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
