import type { Secrets, TextPieces } from "./contract.ts";

/** The end of a piece that may be the beginning of a secret waits for the next one, so that a value cut in two is masked too. */
export class MaskedPieces implements TextPieces {
  readonly #secrets: Pick<Secrets, "values" | "maskKnown">;
  #held = "";

  constructor(secrets: Pick<Secrets, "values" | "maskKnown">) {
    this.#secrets = secrets;
  }

  push(piece: string): string {
    const text = this.#secrets.maskKnown(this.#held + piece);
    const end = text.length - beginningAtEnd(text, this.#secrets.values());
    this.#held = text.slice(end);
    return text.slice(0, end);
  }

  end(): string {
    const held = this.#held;
    this.#held = "";
    return held;
  }
}

/** How many characters at the end of the text are the beginning of one of the values. */
function beginningAtEnd(text: string, values: readonly string[]): number {
  const last = text.charCodeAt(text.length - 1);
  let longest = 0;
  for (const value of values) {
    for (let length = Math.min(value.length - 1, text.length); length > longest; length -= 1) {
      if (value.charCodeAt(length - 1) === last && text.endsWith(value.slice(0, length))) longest = length;
    }
  }
  return longest;
}
