export const pageBytesMax = 50 * 1024;
export const lineBytesMax = 2_000;

export interface Line {
  readonly number: number;
  readonly text: string;
  /** Bytes of the line that are left out at its end. */
  readonly leftOutBytes: number;
}

const newline = 10;
const carriageReturn = 13;

/**
 * Takes a file's bytes in pieces of any size and keeps one page of lines: from line `offset` on, at most `limit` lines and `pageBytesMax`
 * bytes, each line at most `lineBytesMax`. Holds no more than the page, however long the file or a line is.
 */
export class LinePager {
  readonly #offset: number;
  readonly #limit: number;
  readonly #lines: Line[] = [];
  #pageBytes = 0;
  #full = false;
  /** Number of the line that is being read. */
  #number = 1;
  #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #lineBytes = 0;

  constructor(offset: number, limit: number) {
    this.#offset = offset;
    this.#limit = limit;
  }

  /** Nothing that comes can change the page any more; only the count of lines goes on. */
  get full(): boolean {
    return this.#full;
  }

  get lines(): readonly Line[] {
    return this.#lines;
  }

  /** Lines so far. One that has no newline at its end counts. */
  get linesTotal(): number {
    return this.#lineBytes > 0 ? this.#number : this.#number - 1;
  }

  push(bytes: Uint8Array): void {
    let start = 0;
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
      this.#extend(bytes, start, end);
      this.#finish();
      this.#number += 1;
      start = end + 1;
    }
    this.#extend(bytes, start, bytes.length);
  }

  /** The last line may lack its newline. Nothing may be pushed afterwards. */
  end(): void {
    if (this.#lineBytes === 0) return;
    this.#finish();
    this.#number += 1;
  }

  #wanted(): boolean {
    return !this.#full && this.#number >= this.#offset;
  }

  #extend(bytes: Uint8Array, start: number, end: number): void {
    this.#lineBytes += end - start;
    if (!this.#wanted() || this.#keptBytes > lineBytesMax) return;
    const piece = bytes.slice(start, Math.min(end, start + lineBytesMax + 1 - this.#keptBytes));
    this.#kept.push(piece);
    this.#keptBytes += piece.length;
  }

  #finish(): void {
    if (this.#wanted()) this.#add(lineOf(this.#number, joined(this.#kept, this.#keptBytes), this.#lineBytes));
    this.#kept = [];
    this.#keptBytes = 0;
    this.#lineBytes = 0;
  }

  #add(line: Line): void {
    const sizeBytes = Math.min(this.#keptBytes, lineBytesMax);
    if (this.#pageBytes + sizeBytes > pageBytesMax) {
      this.#full = true;
      return;
    }
    this.#lines.push(line);
    this.#pageBytes += sizeBytes;
    this.#full = this.#lines.length === this.#limit;
  }
}

function lineOf(number: number, kept: Uint8Array, sizeBytes: number): Line {
  if (sizeBytes > lineBytesMax) {
    const end = characterEnd(kept, lineBytesMax);
    return { number, text: decode(kept.subarray(0, end)), leftOutBytes: sizeBytes - end };
  }
  const end = kept.at(-1) === carriageReturn ? kept.length - 1 : kept.length;
  return { number, text: decode(kept.subarray(0, end)), leftOutBytes: 0 };
}

/** The last end of a whole character at or before `end`: UTF-8 continuation bytes are never first. */
function characterEnd(bytes: Uint8Array, end: number): number {
  let at = end;
  while (at > 0 && end - at < 4 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at--;
  return end - at < 4 ? at : end;
}

function joined(pieces: readonly Uint8Array[], sizeBytes: number): Uint8Array {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(sizeBytes);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

const decoder = new TextDecoder();
const decode = (bytes: Uint8Array): string => decoder.decode(bytes);
