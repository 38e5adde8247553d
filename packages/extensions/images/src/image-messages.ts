import type { Message, MessagePart } from "@dispatch/kernel";
import type { ImageChunk } from "@dispatch/wire";
import { notes } from "./image-notes.ts";

/** Only people send images. */
export const hasImage = ({ role, parts }: Message): boolean => role === "user" && parts.some(({ chunk }) => chunk.type === "image");

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
