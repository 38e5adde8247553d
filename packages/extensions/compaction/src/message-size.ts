import type { Message } from "@dispatch/kernel";
import type { Chunk } from "@dispatch/wire";

/** About how many characters a model reads of a message. */
export function charsOf(message: Message): number {
  const known = sizes.get(message);
  if (known !== undefined) return known;
  const chars = message.parts.reduce((sum, { chunk }) => sum + chunkChars(chunk), framingChars);
  sizes.set(message, chars);
  return chars;
}

export const charsOfAll = (messages: readonly Message[]): number => messages.reduce((sum, message) => sum + charsOf(message), 0);

/** Messages never change, and what a call was given is costly to write out. */
const sizes = new WeakMap<Message, number>();

/** Role, ids and brackets. */
const framingChars = 16;
/** Providers count an image by its area; this is a large one. */
const imageChars = 6_000;

function chunkChars(chunk: Chunk): number {
  switch (chunk.type) {
    case "text":
    case "thinking":
    case "system":
      return chunk.text.length;
    case "tool-call":
      return chunk.toolName.length + (JSON.stringify(chunk.input)?.length ?? 0);
    case "tool-result":
      return chunk.content.length;
    case "image":
      return imageChars;
    case "error":
      return 0;
  }
}
