import { dlopen, read, toArrayBuffer } from "bun:ffi";

const libraries = process.platform === "darwin" ? ["libSystem.B.dylib"] : ["libc.so.6", "libc.so", "libc.musl-x86_64.so.1"];

/**
 * Overwrites the values of these variables where the system keeps what this process was started with: deleting a variable leaves it readable in
 * `/proc/<pid>/environ`, for every command that a model runs. Gives the names that could not be overwritten.
 */
export function clearInitial(names: readonly string[]): readonly string[] {
  const getenv = libraries
    .values()
    .map(getenvOf)
    .find((found) => found !== undefined);
  if (getenv === undefined) return names;
  for (const name of names) {
    const address = getenv(Buffer.from(`${name}\0`));
    if (address !== null) new Uint8Array(toArrayBuffer(address, 0, lengthAt(address))).fill(0);
  }
  return [];
}

type Address = Parameters<typeof toArrayBuffer>[0];

function getenvOf(library: string): ((name: Buffer) => Address | null) | undefined {
  try {
    return dlopen(library, { getenv: { args: ["cstring"], returns: "ptr" } }).symbols.getenv as (name: Buffer) => Address | null;
  } catch {
    return undefined;
  }
}

/** Up to its NUL. */
function lengthAt(address: Address): number {
  let length = 0;
  while (read.u8(address, length) !== 0) length += 1;
  return length;
}
