import { bodyHash } from "@dispatch/journal-sink/record";
import type { Clock, Log, Message } from "@dispatch/kernel";

/** Hashes that are remembered as written. */
const hashesMax = 20_000;
/** A text that is still referred to is written again after a day: what keeps bodies drops the oldest. */
const rewriteAfterMs = 24 * 60 * 60 * 1_000;
/** A longer address of an image holds the image. */
const addressCharsMax = 4_096;

/** Writes every distinct text once, as a record of its own, and names it by its hash. A message is hashed once in its life. */
export class WrittenBodies {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #written = new Map<string, number>();
  readonly #hashes = new WeakMap<Message, string>();
  #lastText = { text: "", hash: "" };

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** The system prompt and the tools are nearly always what they were. */
  text(text: string): string {
    const hash = text === this.#lastText.text ? this.#lastText.hash : bodyHash(text);
    this.#lastText = { text, hash };
    if (!this.#isWritten(hash)) this.#write(hash, text);
    return hash;
  }

  message(message: Message): string {
    const known = this.#hashes.get(message);
    if (known !== undefined && this.#isWritten(known)) return known;
    const text = JSON.stringify(withoutImages(message));
    const hash = known ?? bodyHash(text);
    this.#hashes.set(message, hash);
    if (!this.#isWritten(hash)) this.#write(hash, text);
    return hash;
  }

  #isWritten(hash: string): boolean {
    const at = this.#written.get(hash);
    return at !== undefined && this.#clock.monotonic() - at < rewriteAfterMs;
  }

  #write(hash: string, body: string): void {
    this.#written.delete(hash);
    this.#written.set(hash, this.#clock.monotonic());
    const [oldest] = this.#written.keys();
    if (this.#written.size > hashesMax && oldest !== undefined) this.#written.delete(oldest);
    this.#log.debug("body", {}, { body });
  }
}

/** An image is stored where images are: here it is named by its size and its hash. */
function withoutImages(message: Message): Message {
  if (!message.parts.some(({ chunk }) => chunk.type === "image" && chunk.url.length > addressCharsMax)) return message;
  const parts = message.parts.map((part) => {
    if (part.chunk.type !== "image" || part.chunk.url.length <= addressCharsMax) return part;
    const url = `image:${part.chunk.url.length} characters, sha256 ${bodyHash(part.chunk.url)}`;
    return { ...part, chunk: { ...part.chunk, url } };
  });
  return { ...message, parts };
}
