import type { Message, MessagePart } from "@dispatch/kernel";
import type { ImageChunk } from "@dispatch/wire";
import { dataUrlBytesMax, dataUrlOf } from "./data-url.ts";
import type { ImageFiles } from "./image-files.ts";
import { blindNotes, hasImage, type Notes, noted, picturesOf } from "./image-messages.ts";
import { kindOfName, type StoredImage, storedImageOf } from "./image-name.ts";
import { notes } from "./image-notes.ts";
import { leftOut } from "./image-window.ts";
import { ShownMessages } from "./shown-messages.ts";

export interface ViewPorts {
  readonly files: Pick<ImageFiles, "read" | "sizeBytes">;
  /** 0: none. */
  imageLimit(): Promise<number>;
  /** What is known in words of images that are not sent, by their names. Never rejects. */
  describe(images: readonly StoredImage[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  unreadable(image: StoredImage, thrown: unknown): void;
}

/** Who reads: a model that is known to be blind reads notes alone. */
export interface Reader {
  readonly vision?: boolean | undefined;
  readonly signal: AbortSignal;
}

/** Of one request. */
const sentBytesMax = 48 * 1024 * 1024;

/** A conversation's messages with their images as a model reads them: the same message gives the same object for as long as it is remembered. */
export class ImageView {
  readonly #ports: ViewPorts;
  readonly #shown = new ShownMessages();

  constructor(ports: ViewPorts) {
    this.#ports = ports;
  }

  async of(messages: readonly Message[], { vision, signal }: Reader): Promise<readonly Message[]> {
    const illustrated = messages.filter(hasImage);
    if (illustrated.length === 0) return messages;
    const notes = vision === false ? blindNotes(illustrated) : await this.#notes(illustrated, signal);
    const shown = new Map<Message, Message>();
    for (const message of illustrated) shown.set(message, await this.#show(message, notes));
    return messages.map((message) => shown.get(message) ?? message);
  }

  async #notes(illustrated: readonly Message[], signal: AbortSignal): Promise<Notes> {
    const sized = await Promise.all(
      illustrated.map((message) =>
        Promise.all(picturesOf(message).map(async (picture) => ({ ...picture, sizeBytes: await this.#sizeOf(picture.image) }))),
      ),
    );
    const sizes = sized.map((ofMessage) => ofMessage.map(({ sizeBytes = 0 }) => sizeBytes));
    const left = leftOut(sizes, { imagesMax: await this.#ports.imageLimit(), bytesMax: sentBytesMax });
    const pictures = sized.flat();
    const out = pictures.slice(0, left).filter(({ sizeBytes }) => sizeBytes !== undefined);
    const stored = out.flatMap(({ image }) => storedImageOf(image.url) ?? []);
    const words = stored.length === 0 ? undefined : await this.#ports.describe(stored, signal);
    return new Map([
      ...pictures.filter(({ sizeBytes }) => sizeBytes === undefined).map(({ part, image }) => [part, notes.gone(image)] as const),
      ...out.map(({ part, image }) => [part, notes.left(image, words?.get(storedImageOf(image.url)?.name ?? ""))] as const),
    ]);
  }

  /** `undefined`: it is not there any more. */
  async #sizeOf({ url }: ImageChunk): Promise<number | undefined> {
    const stored = storedImageOf(url);
    if (stored === undefined) return isData(url) ? dataUrlBytesMax(url) : 0;
    try {
      return this.#shown.sizeOf(url) ?? this.#shown.keepSize(url, await this.#ports.files.sizeBytes(stored));
    } catch (thrown) {
      this.#ports.unreadable(stored, thrown);
      return undefined;
    }
  }

  async #show(message: Message, notes: Notes): Promise<Message> {
    const key = message.parts.map((part) => notes.get(part) ?? "").join("\n");
    const known = this.#shown.get(message, key);
    if (known !== undefined) return known;
    const parts = await Promise.all(
      message.parts.map((part) => {
        const note = notes.get(part);
        return note === undefined ? this.#sighted(part) : noted(part, note);
      }),
    );
    return this.#shown.keep(message, key, { ...message, parts });
  }

  async #sighted(part: MessagePart): Promise<MessagePart> {
    const stored = part.chunk.type === "image" ? storedImageOf(part.chunk.url) : undefined;
    if (stored === undefined || part.chunk.type !== "image") return part;
    try {
      const bytes = await this.#ports.files.read(stored);
      if (bytes === undefined) return noted(part, notes.gone(part.chunk));
      const { mimeType } = kindOfName(stored.name);
      return { ...part, chunk: { type: "image", url: dataUrlOf(mimeType, bytes), mimeType } };
    } catch (thrown) {
      this.#ports.unreadable(stored, thrown);
      return noted(part, notes.gone(part.chunk));
    }
  }
}

const isData = (url: string): boolean => /^data:/i.test(url);
