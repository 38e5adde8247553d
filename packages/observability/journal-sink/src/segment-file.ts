import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { type FileHandle, mkdir, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Clock } from "@dispatch/kernel";

/** The journal's text is for the server's user alone. */
const fileMode = 0o600;
const folderMode = 0o700;
/** Without O_NONBLOCK a named pipe without a reader would hold the opening up for ever. */
const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;
const newline = 10;
const brace = 123;
const waitMsMax = 200;

/** One open segment. One append at a time. */
export class SegmentFile implements AsyncDisposable {
  readonly path: string;
  /** Devices, such as `/dev/null`, are written and never renamed. */
  readonly isFile: boolean;
  readonly #handle: FileHandle;
  readonly #identity: string;
  readonly #clock: Clock;
  /** On the clock that never goes back. */
  readonly #bornAt: number;
  #sizeBytes: number;
  /** It ends within a line: of a server that was killed, or of a disk that was full. */
  #torn: boolean;
  #unsynced = false;
  #synced: Promise<void> = Promise.resolve();
  /** Where the append that is on its way will end. */
  #flyingTo: number | undefined;

  private constructor(path: string, handle: FileHandle, clock: Clock, found: Found) {
    this.path = path;
    this.#handle = handle;
    this.#clock = clock;
    this.isFile = found.isFile;
    this.#identity = found.identity;
    this.#bornAt = clock.monotonic() - found.ageMs;
    this.#sizeBytes = found.sizeBytes;
    this.#torn = found.torn;
  }

  /** Rejects with what the system says, for what is neither file nor device, and for a file that holds no JSON: it may be anybody's, a database even. */
  static async open(path: string, clock: Clock): Promise<SegmentFile> {
    await mkdir(dirname(path), { recursive: true, mode: folderMode });
    const handle = await open(path, flags, fileMode);
    try {
      return new SegmentFile(path, handle, clock, await look(path, handle, clock.now()));
    } catch (thrown) {
      await handle.close();
      throw thrown;
    }
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get ageMs(): number {
    return this.#clock.monotonic() - this.#bornAt;
  }

  /** Gives how many of the bytes are in the file, and why not all. A line that was cut is ended by the next append. */
  async append(bytes: Uint8Array): Promise<{ readonly written: number; readonly failure?: unknown }> {
    const whole = this.#whole(bytes);
    let done = 0;
    try {
      while (done < whole.length) {
        this.#flyingTo = this.#sizeBytes + whole.length - done;
        const { bytesWritten } = await this.#handle.write(whole, done);
        this.#landed(whole, done, bytesWritten);
        done += bytesWritten;
      }
      return { written: bytes.length };
    } catch (failure) {
      return { written: Math.max(0, done - (whole.length - bytes.length)), failure };
    } finally {
      this.#flyingTo = undefined;
    }
  }

  /** For a process that ends: throws what the system says. */
  appendSync(bytes: Uint8Array): void {
    this.landSync();
    const whole = this.#flyingTo === undefined ? this.#whole(bytes) : bytes;
    writeWhole(this.#handle.fd, whole);
    this.#sizeBytes += whole.length;
  }

  /** Waits a moment for the append that is on its way. */
  landSync(): void {
    const isFlying = () => this.isFile && this.#flyingTo !== undefined && fstatSync(this.#handle.fd).size < this.#flyingTo;
    for (let waitedMs = 0; waitedMs < waitMsMax && isFlying(); waitedMs += 1)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  }

  /** Whether the path still names this file. Its size may have been cut meanwhile. */
  async isStillThere(): Promise<boolean> {
    if (!this.isFile) return true;
    const found = await stat(this.path, { bigint: true }).catch(() => undefined);
    if (found === undefined || identityOf(found) !== this.#identity) return false;
    this.#sizeBytes = Number(found.size);
    return true;
  }

  /** What was appended survives a power cut. */
  sync(): Promise<void> {
    if (!this.#unsynced || !this.isFile) return this.#synced;
    this.#unsynced = false;
    this.#synced = this.#synced.catch(() => undefined).then(() => this.#handle.datasync());
    return this.#synced;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.sync();
    } finally {
      await this.#handle.close();
    }
  }

  #whole(bytes: Uint8Array): Uint8Array {
    return this.#torn && bytes.length > 0 ? Buffer.concat([Uint8Array.of(newline), bytes]) : bytes;
  }

  #landed(bytes: Uint8Array, from: number, count: number): void {
    this.#sizeBytes += count;
    this.#unsynced = true;
    if (count > 0) this.#torn = bytes[from + count - 1] !== newline;
  }
}

/** Opens, writes and closes. Throws what the system says, and for a file that holds something else. */
export function appendSync(path: string, bytes: Uint8Array): void {
  const descriptor = openSync(path, flags, fileMode);
  try {
    const first = Buffer.alloc(1);
    if (readSync(descriptor, first, 0, 1, 0) > 0 && first[0] !== brace) throw new Error(holdsOther(path));
    writeWhole(descriptor, bytes);
  } finally {
    closeSync(descriptor);
  }
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
}

const holdsOther = (path: string): string => `${path} holds something else`;

interface Found {
  readonly isFile: boolean;
  readonly identity: string;
  readonly sizeBytes: number;
  readonly ageMs: number;
  readonly torn: boolean;
}

async function look(path: string, handle: FileHandle, now: number): Promise<Found> {
  const found = await handle.stat({ bigint: true });
  const isFile = found.isFile();
  if (!isFile && !found.isCharacterDevice()) throw new Error(`${path} is not a file`);
  const sizeBytes = isFile ? Number(found.size) : 0;
  const [first, last] = sizeBytes === 0 ? [brace, newline] : [await byteAt(handle, 0), await byteAt(handle, sizeBytes - 1)];
  if (first !== brace) throw new Error(holdsOther(path));
  // A file from the future, or from a system that keeps no birth, is as old as nothing.
  const ageMs = found.birthtimeMs > 0n ? Math.max(0, now - Number(found.birthtimeMs)) : 0;
  return { isFile, identity: identityOf(found), sizeBytes, ageMs, torn: last !== newline };
}

async function byteAt(handle: FileHandle, position: number): Promise<number | undefined> {
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, position);
  return buffer[0];
}

const identityOf = ({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }): string => `${dev}:${ino}`;
