export interface PieceMask {
  mask(text: string): string;
  /** Known values. */
  values(): readonly string[];
}

/**
 * A text that comes in pieces. The end of a piece that may be the beginning of a secret waits for the next one, so that a value cut in two is masked too;
 * `end` gives what still waits.
 */
export class MaskedPieces {
  readonly #masks: PieceMask;
  readonly #give: (text: string) => void;
  #held = "";

  constructor(masks: PieceMask, give: (text: string) => void) {
    this.#masks = masks;
    this.#give = give;
  }

  push(piece: string): void {
    const text = this.#masks.mask(this.#held + piece);
    const end = text.length - beginningAtEnd(text, this.#masks.values());
    this.#held = text.slice(end);
    if (end > 0) this.#give(text.slice(0, end));
  }

  end(): void {
    const held = this.#held;
    this.#held = "";
    if (held !== "") this.#give(held);
  }
}

/** How many characters at the end of the text are the beginning of one of the values. */
function beginningAtEnd(text: string, values: readonly string[]): number {
  let longest = 0;
  for (const value of values) {
    for (let length = Math.min(value.length - 1, text.length); length > longest; length -= 1) {
      if (text.endsWith(value.slice(0, length))) longest = length;
    }
  }
  return longest;
}
