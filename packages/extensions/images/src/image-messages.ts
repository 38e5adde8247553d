import type { Message, MessagePart } from "@dispatch/kernel";
import type { ImageChunk } from "@dispatch/wire";
import { notes } from "./image-notes.ts";

/** Only people send images. Asked of every message before every step, so it makes nothing on its way. */
export function hasImage(message: Message): boolean {
  if (message.role !== "user") return false;
  for (const part of message.parts) if (part.chunk.type === "image") return true;
  return false;
}

export interface Picture {
  readonly part: MessagePart;
  readonly image: ImageChunk;
}

export const picturesOf = ({ parts }: Message): readonly Picture[] =>
  parts.flatMap((part) => (part.chunk.type === "image" ? [{ part, image: part.chunk }] : []));

/** What stands in place of a picture; one without a note is shown. */
export type Notes = ReadonlyMap<MessagePart, string>;

export const blindNotes = (messages: readonly Message[]): Notes =>
  new Map(messages.flatMap(picturesOf).map(({ part, image }) => [part, notes.blind(image)]));

export const noted = (part: MessagePart, note: string | undefined): MessagePart =>
  note === undefined ? part : { ...part, chunk: { type: "text", text: note } };
