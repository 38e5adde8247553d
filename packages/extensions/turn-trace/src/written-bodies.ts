import { bodyHash } from "@dispatch/journal-sink/record";
import type { Clock, Log, Message, ToolSpec } from "@dispatch/kernel";

/** Hashes that are remembered as written. */
const hashesMax = 20_000;
/** A text that is still referred to is written again after a day: what keeps bodies drops the oldest. */
const rewriteAfterMs = 24 * 60 * 60 * 1_000;
/** A longer address of an image holds the image. */
const addressCharsMax = 4_096;

interface Named {
  readonly hash: string;
  /** When it was last seen to be written. */
  readonly at: number;
}

/** Writes every distinct text once, as a record of its own, and names it by its hash. What stays the same object is looked at once in its life. */
export class WrittenBodies {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #written = new Map<string, number>();
  readonly #messages = new WeakMap<Message, Named>();
  #system: Named & { readonly text: string } = { text: "", hash: "", at: Number.NEGATIVE_INFINITY };
  #tools: Named & { readonly specs: readonly ToolSpec[] } = { specs: [], hash: "", at: Number.NEGATIVE_INFINITY };

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  system(text: string): string {
    const now = this.#clock.monotonic();
    if (text !== this.#system.text || isOld(this.#system, now)) this.#system = { text, ...this.#write(text, now) };
    return this.#system.hash;
  }

  tools(specs: readonly ToolSpec[]): string {
    const now = this.#clock.monotonic();
    const known = this.#tools.specs;
    const isKnown = specs.length === known.length && specs.every((spec, index) => spec === known[index]);
    if (!isKnown || isOld(this.#tools, now)) this.#tools = { specs, ...this.#write(JSON.stringify(specs), now) };
    return this.#tools.hash;
  }

  messages(messages: readonly Message[]): readonly string[] {
    const now = this.#clock.monotonic();
    return messages.map((message) => {
      const known = this.#messages.get(message);
      if (known !== undefined && !isOld(known, now)) return known.hash;
      const written = this.#write(JSON.stringify(withoutImages(message)), now);
      this.#messages.set(message, written);
      return written.hash;
    });
  }

  #write(body: string, now: number): Named {
    const hash = bodyHash(body);
    const at = this.#written.get(hash) ?? Number.NEGATIVE_INFINITY;
    if (!isOld({ at }, now)) return { hash, at };
    this.#written.delete(hash);
    this.#written.set(hash, now);
    const [oldest] = this.#written.keys();
    if (this.#written.size > hashesMax && oldest !== undefined) this.#written.delete(oldest);
    this.#log.debug("body", undefined, { body });
    return { hash, at: now };
  }
}

const isOld = ({ at }: Pick<Named, "at">, now: number): boolean => now - at >= rewriteAfterMs;

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
