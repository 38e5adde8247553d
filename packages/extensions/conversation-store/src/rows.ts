import type { Json, Message, MessagePart } from "@dispatch/kernel";
import type { Chunk, Role, StoredChunk } from "@dispatch/wire";

/** One chunk of the log as it is stored. */
export interface ChunkRow {
  readonly role: Role;
  readonly chunk: Chunk;
  readonly messageId: string;
  readonly providerMetadata?: Json;
  /** A summary: it stands for what comes up to this `seq`. */
  readonly covers?: number;
}

/** A message without parts leaves no row. */
export const rowsOf = ({ id, role, parts }: Message): readonly ChunkRow[] =>
  parts.map(({ chunk, providerMetadata }) => ({
    role,
    chunk,
    messageId: id,
    ...(providerMetadata === undefined ? {} : { providerMetadata }),
  }));

export const storedChunk = (seq: number, { role, chunk, messageId }: ChunkRow): StoredChunk => ({
  seq,
  role,
  chunk,
  messageId,
});

const weightOfChunk = 64;
/** About how many characters a message holds: for bounding what is cached. */
export const weightOf = ({ parts }: Message): number =>
  parts.reduce((sum, { chunk }) => {
    if ("text" in chunk) return sum + weightOfChunk + chunk.text.length;
    if ("content" in chunk) return sum + weightOfChunk + chunk.content.length;
    if ("url" in chunk) return sum + weightOfChunk + chunk.url.length;
    return sum + weightOfChunk * 4;
  }, 0);

/** Rows group by message id alone: neighbours that were appended separately stay apart. */
export class MessageGrouper {
  readonly messages: Message[] = [];
  #parts: MessagePart[] = [];

  add({ role, chunk, messageId, providerMetadata }: ChunkRow): void {
    const part = providerMetadata === undefined ? { chunk } : { chunk, providerMetadata };
    if (this.messages.at(-1)?.id === messageId) {
      this.#parts.push(part);
      return;
    }
    this.#parts = [part];
    this.messages.push({ id: messageId, role, parts: this.#parts });
  }
}
