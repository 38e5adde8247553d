import { type Entry, sizeOf } from "./entry.ts";

/** What nobody has written yet, in order. Bounded, because a disk may hang for as long as it likes. */
export class Waiting {
  readonly #bytesMax: number;
  #coming: Sized = { entries: [], sizes: [] };
  #going: Sized = { entries: [], sizes: [] };
  #at = 0;
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get count(): number {
    return this.#coming.entries.length + this.#going.entries.length - this.#at;
  }

  /** `false`: it does not fit. */
  add(entry: Entry): boolean {
    const size = sizeOf(entry);
    if (this.#bytes + size > this.#bytesMax) return false;
    this.#bytes += size;
    this.#coming.entries.push(entry);
    this.#coming.sizes.push(size);
    return true;
  }

  /** The oldest that together are about so large; one at least, if there is any. */
  take(bytesMax: number): readonly Entry[] {
    if (this.#at === this.#going.entries.length) this.#turnOver();
    const { entries, sizes } = this.#going;
    const from = this.#at;
    let size = 0;
    while (this.#at < entries.length && size < bytesMax) {
      size += sizes[this.#at] ?? 0;
      this.#at += 1;
    }
    this.#bytes -= size;
    return entries.slice(from, this.#at);
  }

  #turnOver(): void {
    this.#going = this.#coming;
    this.#coming = { entries: [], sizes: [] };
    this.#at = 0;
  }
}

interface Sized {
  readonly entries: Entry[];
  readonly sizes: number[];
}
