import type { Message, MessagePart } from "@dispatch/kernel";
import type { ToolResultChunk } from "@dispatch/wire";

/** Shorter outputs stay: leaving them out would save little. */
const outputCharsMin = 800;
const quotedCharsMax = 120;

/** The ids of old outputs that may be left out: those beyond the newest `protectedChars`, and never of the newest step, which may be unread. */
export function oldOutputs(messages: readonly Message[], protectedChars: number): readonly string[] {
  const newestStep = messages.findLastIndex(({ role }) => role === "assistant");
  const old: string[] = [];
  let chars = 0;
  for (const [index, message] of [...messages.entries()].reverse()) {
    const output = outputOf(message);
    if (output === undefined) continue;
    chars += output.content.length;
    if (index < newestStep && chars > protectedChars && output.content.length >= outputCharsMin) old.push(message.id);
  }
  return old;
}

/** The message with a note in place of what the tool said; the same object each time, so that it is translated once. */
export function withoutOutput(message: Message): Message {
  const known = notes.get(message);
  if (known !== undefined) return known;
  const noted = { ...message, parts: message.parts.map(notedPart) };
  notes.set(message, noted);
  return noted;
}
const notes = new WeakMap<Message, Message>();

const notedPart = (part: MessagePart): MessagePart =>
  part.chunk.type === "tool-result" ? { ...part, chunk: { ...part.chunk, content: noteOn(part.chunk) } } : part;

function noteOn({ toolName, content }: ToolResultChunk): string {
  const beginning = content.slice(0, quotedCharsMax).replaceAll(/\s+/g, " ").toWellFormed().trim();
  const kept = /the whole result is in (\S+), page it with/.exec(content)?.[1];
  const back = kept === undefined ? "make the same call again if that does no harm" : `read ${kept}`;
  return `[Left out to save room: ${content.length} characters that ${toolName} returned, beginning “${beginning}”. To see them, ${back}.]`;
}

function outputOf({ role, parts }: Message): ToolResultChunk | undefined {
  const chunk = role === "tool" && parts.length === 1 ? parts[0]?.chunk : undefined;
  return chunk?.type === "tool-result" ? chunk : undefined;
}
