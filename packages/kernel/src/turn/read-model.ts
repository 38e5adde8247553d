import type { Message, MessagePart } from "../contracts/message.ts";

/** The code of the `error` chunk that marks a step cut by the end of its process. */
export const interruptedCode = "interrupted";

/**
 * What a model sees of a log. `error` chunks are for people. A half answer of an interrupted step is for people too, since the model is
 * asked again; with tool calls it stays, because their results stand behind it. Empty text is left out, and a message with nothing left.
 * A message that needs no change is handed on as the same object.
 */
export function readModel(messages: readonly Message[]): readonly Message[] {
  return messages.map(shown).filter((message) => message.parts.length > 0);
}

const nothing: readonly MessagePart[] = [];

function shown(message: Message): Message {
  if (!message.parts.some(isHidden)) return message;
  const abandoned = message.parts.some(marksInterruption) && !message.parts.some(({ chunk }) => chunk.type === "tool-call");
  return { ...message, parts: abandoned ? nothing : message.parts.filter((part) => !isHidden(part)) };
}

function isHidden({ chunk, providerMetadata }: MessagePart): boolean {
  if (chunk.type === "error") return true;
  return (chunk.type === "text" || chunk.type === "thinking") && chunk.text === "" && providerMetadata === undefined;
}

const marksInterruption = ({ chunk }: MessagePart): boolean => chunk.type === "error" && chunk.code === interruptedCode;
