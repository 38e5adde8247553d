import { Fault } from "@dispatch/kernel";
import { type Ends, HeadTail } from "./head-tail.ts";
import { withoutCutEnd } from "./utf8.ts";

export const headBytesMax = 20 * 1024;
export const tailBytesMax = 20 * 1024;
/** As much as `read_file` hands out of one file. */
export const outputFileBytesMax = 64 * 1024 * 1024;

export interface OutputFile {
  readonly path: string;
  append(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** What is left of a command's output when it has ended. */
export interface Kept extends Ends {
  readonly totalBytes: number;
  /** The file that holds the whole. Only when something was left out. */
  readonly path?: string;
  /** Why the file does not hold the whole, or is not there. */
  readonly lost?: string;
}

/**
 * Both streams of a command in the order in which they came, as UTF-8. In memory there are never more than head and tail; from there on the
 * whole goes into a file. At `outputFileBytesMax` it is full and takes no more.
 */
export class Output {
  readonly #openFile: (first: Uint8Array) => Promise<OutputFile>;
  readonly #held = new HeadTail(headBytesMax, tailBytesMax);
  readonly #full = Promise.withResolvers<void>();
  #file: OutputFile | undefined;
  #lost: string | undefined;
  #last: Promise<void> = Promise.resolve();
  #takenBytes = 0;
  #isFull = false;

  constructor(openFile: (first: Uint8Array) => Promise<OutputFile>) {
    this.#openFile = openFile;
  }

  /** Resolves when it takes no more. */
  get full(): Promise<void> {
    return this.#full.promise;
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  /** Resolves when the text is kept: who waits for it reads no faster than the disk writes. */
  add(text: string): Promise<void> {
    if (this.#isFull) return this.#last;
    const bytes = new TextEncoder().encode(text);
    const room = outputFileBytesMax - this.#takenBytes;
    const taken = bytes.length <= room ? bytes : withoutCutEnd(bytes.subarray(0, room));
    this.#takenBytes += taken.length;
    if (taken.length < bytes.length) this.#stop();
    this.#last = this.#last.then(() => this.#keep(taken));
    return this.#last;
  }

  async end(): Promise<Kept> {
    await this.#last;
    await this.#file?.close().catch((thrown: unknown) => this.#lose(thrown));
    return {
      ...this.#held.ends(),
      totalBytes: this.#held.totalBytes,
      ...(this.#file && { path: this.#file.path }),
      ...(this.#lost !== undefined && { lost: this.#lost }),
    };
  }

  #stop(): void {
    this.#isFull = true;
    this.#full.resolve();
  }

  async #keep(bytes: Uint8Array): Promise<void> {
    await this.#store(bytes).catch((thrown: unknown) => this.#lose(thrown));
    this.#held.push(bytes);
  }

  async #store(bytes: Uint8Array): Promise<void> {
    if (this.#lost !== undefined || this.#held.fits(bytes.length)) return;
    this.#file ??= await this.#openFile(this.#held.whole());
    await this.#file.append(bytes);
  }

  /** A full disk is no reason to end a command: it may be the one that frees it. */
  #lose(thrown: unknown): void {
    this.#lost ??= Fault.is(thrown) ? thrown.message : thrown instanceof Error ? thrown.message : String(thrown);
  }
}
