import { type BigIntStats, closeSync, constants, existsSync, fstatSync, openSync, readlinkSync } from "node:fs";
import { type FileHandle, lstat, open, realpath } from "node:fs/promises";

/** Names a file without opening it for anything: a FIFO does not block and a device does not notice. Linux alone has it. */
const pathOnly = 0o10000000;
const descriptors = "/proc/self/fd";
const canPin = process.platform === "linux" && existsSync(descriptors);

/**
 * One file or folder, held fast: from here on renames and swapped links cannot put another in its place. What is decided from `path` and
 * `info` holds for everything done through `handle`.
 */
export interface Pinned extends AsyncDisposable {
  /** Where it really lies, as the system says now. */
  readonly path: string;
  /** A path to this very file. For a folder, `<handle>/<name>` is a name in this very folder. */
  readonly handle: string;
  readonly info: BigIntStats;
  /** Opens this very file for reading, without ever waiting. */
  open(): Promise<FileHandle>;
  /** The same at once, as a descriptor that the caller closes: for files that are read in one small piece. */
  openNow(): number;
}

const forReading = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** `path` holds no links; if its last name has become one, the link itself is pinned. Throws what the system answers. */
export const pin: (path: string) => Promise<Pinned> = canPin ? pinByDescriptor : pinByName;

/**
 * Names are looked up without a trip through the platform's threads: each of these calls takes a few microseconds on a disk of this machine and
 * a trip twenty times that.
 */
async function pinByDescriptor(path: string): Promise<Pinned> {
  const fd = openSync(path, pathOnly | constants.O_NOFOLLOW);
  try {
    const handle = `${descriptors}/${fd}`;
    const info = fstatSync(fd, { bigint: true });
    return {
      path: readlinkSync(handle),
      handle,
      info,
      open: () => open(handle, forReading),
      openNow: () => openSync(handle, forReading),
      [Symbol.asyncDispose]: async () => closeSync(fd),
    };
  } catch (thrown) {
    closeSync(fd);
    throw thrown;
  }
}

/** Where there is no `/proc`: the real path is asked for once more, which leaves a window that a swapped link may slip through. */
export async function pinByName(path: string): Promise<Pinned> {
  const info = await lstat(path, { bigint: true });
  const where = info.isSymbolicLink() ? path : await realpath(path);
  return {
    path: where,
    handle: path,
    info,
    open: () => openSame(path, info),
    openNow: () => openSameNow(path, info),
    async [Symbol.asyncDispose]() {},
  };
}

async function openSame(path: string, info: BigIntStats): Promise<FileHandle> {
  const file = await open(path, forReading | constants.O_NOFOLLOW);
  const opened = await file.stat({ bigint: true });
  if (opened.dev === info.dev && opened.ino === info.ino) return file;
  await file.close();
  throw Object.assign(new Error("another file took the name"), { code: "ENOENT" });
}

function openSameNow(path: string, info: BigIntStats): number {
  const fd = openSync(path, forReading | constants.O_NOFOLLOW);
  const opened = fstatSync(fd, { bigint: true });
  if (opened.dev === info.dev && opened.ino === info.ino) return fd;
  closeSync(fd);
  throw Object.assign(new Error("another file took the name"), { code: "ENOENT" });
}
