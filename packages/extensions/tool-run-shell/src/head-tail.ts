import { textOf, withoutCutEnd, withoutCutStart } from "./utf8.ts";

/** The first and the last bytes of what goes by; what lies between is counted and dropped. Its size never changes. */
export class HeadTail {
  readonly #head: Uint8Array;
  /** A ring: the next byte goes to `#next`, over the oldest one. */
  readonly #tail: Uint8Array;
  #next = 0;
  #totalBytes = 0;

  constructor(headBytesMax: number, tailBytesMax: number) {
    this.#head = new Uint8Array(headBytesMax);
    this.#tail = new Uint8Array(tailBytesMax);
  }

  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** Whether nothing would be dropped after `moreBytes`. */
  fits(moreBytes = 0): boolean {
    return this.#totalBytes + moreBytes <= this.#head.length + this.#tail.length;
  }

  push(bytes: Uint8Array): void {
    const room = Math.max(0, this.#head.length - this.#totalBytes);
    this.#head.set(bytes.subarray(0, room), this.#head.length - room);
    this.#totalBytes += bytes.length;
    this.#pushTail(bytes.subarray(room));
  }

  /** A copy of everything, as long as it fits. */
  whole(): Uint8Array {
    return joined(this.#headFilled(), this.#tailInOrder());
  }

  /** As text, of bytes that are UTF-8. A character that the cut goes through is left out. */
  ends(): Ends {
    if (this.fits()) return { head: textOf(this.whole()), tail: "", leftOutBytes: 0 };
    const head = withoutCutEnd(this.#head);
    const tail = withoutCutStart(this.#tailInOrder());
    return { head: textOf(head), tail: textOf(tail), leftOutBytes: this.#totalBytes - head.length - tail.length };
  }

  #pushTail(bytes: Uint8Array): void {
    const kept = bytes.subarray(Math.max(0, bytes.length - this.#tail.length));
    const toEnd = kept.subarray(0, this.#tail.length - this.#next);
    this.#tail.set(toEnd, this.#next);
    this.#tail.set(kept.subarray(toEnd.length), 0);
    this.#next = (this.#next + kept.length) % this.#tail.length;
  }

  #headFilled(): Uint8Array {
    return this.#head.subarray(0, this.#totalBytes);
  }

  #tailInOrder(): Uint8Array {
    const past = this.#totalBytes - this.#head.length;
    if (past < this.#tail.length) return this.#tail.subarray(0, Math.max(0, past));
    return joined(this.#tail.subarray(this.#next), this.#tail.subarray(0, this.#next));
  }
}

export interface Ends {
  readonly head: string;
  readonly tail: string;
  readonly leftOutBytes: number;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
