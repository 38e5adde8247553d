import type { Message } from "@dispatch/kernel";

/** Together; what is beyond is read again when it is needed. */
const rememberedCharsMax = 64 * 1024 * 1024;
const sizesMax = 10_000;
/** What an entry weighs beside its images. */
const entryChars = 1_000;

interface Entry {
  readonly key: string;
  readonly shown: Message;
  readonly chars: number;
}

/** Messages as they were shown last, the least recently used forgotten first, so that an image is read once and its message stays one object. */
export class ShownMessages {
  readonly #charsMax: number;
  readonly #entries = new Map<Message, Entry>();
  readonly #sizes = new Map<string, number>();
  #chars = 0;

  constructor(charsMax: number = rememberedCharsMax) {
    this.#charsMax = charsMax;
  }

  /** As shown under that key. */
  get(message: Message, key: string): Message | undefined {
    const entry = this.#entries.get(message);
    if (entry?.key !== key) return undefined;
    this.#entries.delete(message);
    this.#entries.set(message, entry);
    return entry.shown;
  }

  keep(message: Message, key: string, shown: Message): Message {
    this.#forget(message);
    const chars = shown.parts.reduce((sum, { chunk }) => sum + (chunk.type === "image" ? chunk.url.length : 0), entryChars);
    this.#entries.set(message, { key, shown, chars });
    this.#chars += chars;
    for (const oldest of this.#entries.keys()) {
      if (this.#chars <= this.#charsMax) break;
      this.#forget(oldest);
    }
    return shown;
  }

  sizeOf(url: string): number | undefined {
    return this.#sizes.get(url);
  }

  keepSize(url: string, sizeBytes: number | undefined): number | undefined {
    if (sizeBytes === undefined) return undefined;
    this.#sizes.set(url, sizeBytes);
    for (const oldest of this.#sizes.keys()) if (this.#sizes.size > sizesMax) this.#sizes.delete(oldest);
    return sizeBytes;
  }

  #forget(message: Message): void {
    this.#chars -= this.#entries.get(message)?.chars ?? 0;
    this.#entries.delete(message);
  }
}
