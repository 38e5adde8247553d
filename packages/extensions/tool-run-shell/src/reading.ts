import type { Clock, ToolOutput } from "@dispatch/kernel";
import type { TextPieces } from "@dispatch/secrets/contract";
import { Coalescer } from "./coalescer.ts";
import { type Kept, Output, type OutputFile } from "./output.ts";

/** What is decoded at once. The system hands out more when it has it. */
const pieceBytesMax = 64 * 1024;

export interface Streams {
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array>;
}

export interface Takers {
  readonly clock: Clock;
  /** A new one for each stream. */
  pieces(): TextPieces;
  progress(output: ToolOutput): void;
  openFile(first: Uint8Array): Promise<OutputFile>;
}

interface Reader {
  read(): Promise<{ readonly value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
}

/** Reads a command's output as fast as it can be kept, and hands it on as text. */
export class Reading {
  readonly #readers: readonly Reader[];
  readonly #progress: Coalescer;
  readonly #output: Output;
  readonly #done: Promise<unknown>;
  /** Resolves when nobody can write any more. */
  readonly drained: Promise<true>;

  constructor({ stdout, stderr }: Streams, { clock, pieces, progress, openFile }: Takers) {
    this.#progress = new Coalescer(clock, progress);
    this.#output = new Output(openFile);
    const readers = [stdout.getReader(), stderr.getReader()] as const;
    this.#readers = readers;
    this.#done = Promise.all([this.#read(readers[0], "stdout", pieces()), this.#read(readers[1], "stderr", pieces())]);
    this.drained = this.#done.then(
      () => true,
      () => true,
    );
  }

  /** Resolves when there is more output than is kept. What comes after is read and forgotten. */
  get full(): Promise<void> {
    return this.#output.full;
  }

  /** Lets go of the output, drained or not. Rejects when it could not be read. */
  async end(): Promise<Kept> {
    await Promise.all(this.#readers.map((reader) => reader.cancel()));
    await this.#done;
    this.#progress.flush();
    return this.#output.end();
  }

  /** A character may be torn between two reads, so each stream has a decoder of its own that waits for the rest. */
  async #read(reader: Reader, stream: ToolOutput["stream"], pieces: TextPieces): Promise<void> {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    for (let { value } = await reader.read(); value !== undefined; { value } = await reader.read()) {
      for (let at = 0; at < value.length; at += pieceBytesMax) {
        await this.#take(stream, pieces.push(decoder.decode(value.subarray(at, at + pieceBytesMax), { stream: true })));
      }
    }
    await this.#take(stream, pieces.push(decoder.decode()) + pieces.end());
  }

  async #take(stream: ToolOutput["stream"], data: string): Promise<void> {
    if (data === "" || this.#output.isFull) return;
    this.#progress.push({ stream, data });
    await this.#output.add(data);
  }
}
