import type { StoredChunk } from "@dispatch/wire";

/** A piece of the log that is found as one: all words of a query must stand in it. */
export interface Passage {
  readonly seq: number;
  readonly role: string;
  readonly kind: string;
  readonly messageId: string;
  readonly text: string;
}

/** What is looked at of one chunk: of what people and models say much, of what tools were told and said the beginning. */
const saidCharsMax = 64 * 1024;
const heardCharsMax = 16 * 1024;
/** Small enough that showing one hit costs little. */
export const passageCharsMax = 8 * 1024;

export function passagesOf({ seq, role, chunk, messageId }: StoredChunk): readonly Passage[] {
  return pieces(textOf(chunk)).map((text) => ({ seq, role, kind: chunk.type, messageId, text }));
}

function textOf(chunk: StoredChunk["chunk"]): string {
  switch (chunk.type) {
    case "text":
    case "system":
      return chunk.text.slice(0, saidCharsMax);
    case "thinking":
      return chunk.text.slice(0, heardCharsMax);
    case "tool-call":
      return wordsOf(chunk.input, chunk.toolName);
    case "tool-result":
      return chunk.content.slice(0, heardCharsMax);
    case "error":
      return chunk.message.slice(0, heardCharsMax);
    case "image":
      return "";
  }
}

/** The texts in a call's input, without the JSON around them. */
function wordsOf(input: unknown, toolName: string): string {
  const found = [toolName];
  let left = heardCharsMax;
  const waiting: unknown[] = [input];
  while (waiting.length > 0 && left > 0) {
    const value = waiting.pop();
    if (typeof value === "object" && value !== null) waiting.push(...Object.values(value).toReversed());
    if (typeof value !== "string" && typeof value !== "number") continue;
    const text = String(value).slice(0, left);
    left -= text.length + 1;
    found.push(text);
  }
  return found.join("\n");
}

/** Cut between words where there is a place. */
function pieces(text: string): readonly string[] {
  const cut: string[] = [];
  for (let from = 0; from < text.length; ) {
    const to = from + passageCharsMax >= text.length ? text.length : placeToCut(text, from, from + passageCharsMax);
    const piece = text.slice(from, to);
    if (/\S/.test(piece)) cut.push(piece);
    from = to;
  }
  return cut;
}

const placeCharsMax = 200;

function placeToCut(text: string, from: number, to: number): number {
  for (let at = to; at > to - placeCharsMax; at--) if (/\s/.test(text.charAt(at))) return at;
  return /[\ud800-\udbff]/.test(text.charAt(to - 1)) && to - 1 > from ? to - 1 : to;
}
