import type { IncomingMessage } from "node:http";
import { type Duplex, Readable } from "node:stream";
import { createBrotliDecompress, createGunzip } from "node:zlib";
import { EgressFault } from "./egress-fault.ts";

export interface Answer extends Disposable {
  /** Where the answer came from, after every redirect. */
  readonly url: string;
  readonly status: number;
  header(name: string): string | undefined;
  /** Reads the body, once. */
  body(): Promise<Body>;
}

export interface Body {
  readonly bytes: Uint8Array;
  /** False when there was more than the limit: `bytes` is then the beginning. */
  readonly isWhole: boolean;
}

export interface BodyLimits {
  /** As it comes over the line. */
  readonly receivedBytesMax: number;
  /** Once it is decompressed. */
  readonly bodyBytesMax: number;
}

/** Reads no more than the limits, in memory as on the line. Rejects with `egress-guard/broken` (unavailable) or with what the line says. */
export async function readBody(message: IncomingMessage, { receivedBytesMax, bodyBytesMax }: BodyLimits): Promise<Body> {
  const received = new Bounded(receivedBytesMax);
  const kept = new Bounded(bodyBytesMax);
  const pieces: Uint8Array[] = [];
  for await (const piece of kept.of(decoded(message.headers["content-encoding"], message, received))) pieces.push(piece);
  return { bytes: Buffer.concat(pieces), isWhole: received.isWhole && kept.isWhole };
}

class Bounded {
  readonly #max: number;
  #taken = 0;
  isWhole = true;

  constructor(max: number) {
    this.#max = max;
  }

  async *of(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces) {
      const room = this.#max - this.#taken;
      if (piece.length > room) {
        this.isWhole = false;
        if (room > 0) yield piece.subarray(0, room);
        return;
      }
      this.#taken += piece.length;
      yield piece;
    }
  }
}

function decoded(encoding: string | undefined, message: IncomingMessage, received: Bounded): AsyncIterable<Uint8Array> {
  switch ((encoding ?? "identity").trim().toLowerCase()) {
    case "":
    case "identity":
      return received.of(message);
    case "gzip":
    case "x-gzip":
      return through(createGunzip(), message, received);
    case "br":
      return through(createBrotliDecompress(), message, received);
    default:
      throw new EgressFault("unavailable", "egress-guard/broken", "The server compressed its answer in a way that it was not asked for.");
  }
}

/** What comes out of the decoder is taken before more goes in, so that a small piece that swells is met with the limit at once. */
async function* through(decoder: Duplex, message: IncomingMessage, received: Bounded): AsyncGenerator<Uint8Array> {
  const source = Readable.from(received.of(message));
  source.on("error", (thrown) => decoder.destroy(thrown));
  source.pipe(decoder);
  try {
    for await (const piece of decoder) yield piece as Uint8Array;
  } catch (thrown) {
    // What we cut ourselves cannot end as its compression wants.
    if (received.isWhole) throw thrown;
  } finally {
    source.destroy();
    decoder.destroy();
  }
}
